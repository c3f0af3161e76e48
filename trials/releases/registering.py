"""Registering the file that is analysed where pupils live with the evaluator: by its hash."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import PupilsLiveAt
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.permissions import Actor, Permission, require
from trials.releases.following import tell_followers
from trials.releases.models import EvaluatorFile
from trials.releases.queries import newest_file


def register_file(
    session: Session,
    *,
    trial_id: int,
    sha256: str,
    rows: int,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> EvaluatorFile:
    """Keep the hash of the analysis file; a later version takes a reason, the same one none.

    Estimates are accepted on the newest only, and a report on an earlier one goes back to its
    writer. Raises ``NotReady`` before outcomes are locked.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise BadInput("a SHA-256 has 64 digits and letters a to f; copy it again", field="sha256")
    if rows < 1:
        raise BadInput("the file holds at least one pupil", field="rows")
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.CODE_LODGE, trial.scope)
        if trial.pupils_live_at is not PupilsLiveAt.EVALUATOR:
            raise NotReady("the pupils of this trial are here; there is no other file to register")
        if trial.outcomes_locked_at is None:
            raise NotReady("a file is registered once the outcomes are locked")
        before = newest_file(session, trial_id)
        if before is not None and before.sha256 == sha256:
            return before
        if before is not None and not reason.strip():
            raise BadInput("say why a new version is needed", field="reason")
        file = EvaluatorFile(
            trial_id=trial_id,
            version=before.version + 1 if before else 1,
            sha256=sha256,
            rows=rows,
            reason=reason.strip(),
            registered_by=actor.person_id,
            registered_at=now,
        )
        session.add(file)
        session.flush()
        details: dict[str, str | int] = {"sha256": sha256, "rows": rows}
        subject = f"trial:{trial_id}"
        record(session, "file_registered", subject, by=actor.person_id, at=now, details=details)
        tell_followers(session, trial, reason, actor.person_id, now)
    return file
