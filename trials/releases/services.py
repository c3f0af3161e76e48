"""Releasing datasets: masked as soon as outcomes are locked, true by two persons."""

import hashlib
import io
import json
import re
import zipfile
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission, require
from trials.releases.dataset import build_dataset
from trials.releases.following import tell_followers
from trials.releases.masking import masked_labels
from trials.releases.models import AnalysisCode, Download, Release
from trials.releases.queries import first_receipt, release_for

MOST_CODE_BYTES = 2_000_000


def release_masked(
    session: Session, *, trial_id: int, reason: str, actor: Actor, now: datetime
) -> Release:
    """Release a dataset in which the arms have opaque names."""
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.RELEASE_MAKE, trial.scope)
        if trial.true_arms_at is not None:
            raise NotReady("the true arms are out; a masked dataset serves nobody any more")
        earlier = select(Release.id).where(Release.trial_id == trial_id).limit(1)
        if not reason.strip() and session.scalar(earlier):
            raise BadInput("say why a new version is needed", field="reason")
        return make_release(session, trial, masked=True, reason=reason, by=actor, now=now)


def release_true_again(
    session: Session, *, trial_id: int, reason: str, actor: Actor, now: datetime
) -> Release:
    """Release the true arms once more, after a correction or after data were erased.

    The arms are out already, so one person suffices; estimates and publication follow the newest,
    and a report on other data goes back to its writer.
    Raises ``NotReady`` before the first true release and after publication.
    """
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.RELEASE_MAKE, trial.scope)
        if trial.state not in (TrialState.RELEASED, TrialState.REPORTED):
            raise NotReady("a corrected dataset comes between the true release and publication")
        if not reason.strip():
            raise BadInput("say why a new version is needed", field="reason")
        release = make_release(session, trial, masked=False, reason=reason, by=actor, now=now)
        tell_followers(session, trial, reason, actor.person_id, now)
    return release


def make_release(
    session: Session, trial: Trial, *, masked: bool, reason: str, by: Actor, now: datetime
) -> Release:
    """Build and keep the next version, in the caller's transaction."""
    if trial.outcomes_locked_at is None:
        raise NotReady("a dataset can be released once the outcomes are locked")
    protocol = locked_protocol(session, trial.id)
    seed = json.loads(first_receipt(session, trial.id))["seed"]
    own = {arm.label: arm.label for arm in protocol.arms}
    labels = masked_labels(own, seed) if masked else own
    dataset = build_dataset(session, trial, protocol, labels, seed)
    newest = session.scalar(select(func.max(Release.version)).where(Release.trial_id == trial.id))
    release = Release(
        trial_id=trial.id,
        version=(newest or 0) + 1,
        masked=masked,
        reason=reason,
        csv=dataset.csv,
        csv_sha256=dataset.sha256,
        codebook=dataset.codebook,
        rows=dataset.rows,
        made_by=by.person_id,
        made_at=now,
    )
    session.add(release)
    session.flush()
    record(
        session,
        "masked_released" if masked else "true_released",
        f"release:{release.id}",
        by=by.person_id,
        at=now,
        details={"trial": trial.id, "sha256": dataset.sha256, "rows": dataset.rows},
    )
    return release


def lodge_code(
    session: Session, *, trial_id: int, file_name: str, content: bytes, actor: Actor, now: datetime
) -> AnalysisCode:
    """Keep the evaluator's analysis code; the same file twice is kept once."""
    if not content:
        raise BadInput("the file {name} is empty; choose the analysis code", name=file_name)
    if len(content) > MOST_CODE_BYTES:
        raise BadInput("the file {name} is larger than 2 MB; leave data out", name=file_name)
    _check_code(file_name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.CODE_LODGE, trial.scope)
        same = select(AnalysisCode).where(
            AnalysisCode.trial_id == trial_id, AnalysisCode.sha256 == sha256
        )
        if found := session.scalar(same):
            return found
        code = AnalysisCode(
            trial_id=trial_id,
            file_name=re.split(r"[\\/]", file_name)[-1][-200:],
            sha256=sha256,
            content=content,
            lodged_by=actor.person_id,
            lodged_at=now,
        )
        session.add(code)
        session.flush()
        record(
            session,
            "code_lodged",
            f"trial:{trial_id}",
            by=actor.person_id,
            at=now,
            details={"sha256": sha256},
        )
    return code


def _check_code(file_name: str, content: bytes) -> None:
    """Refuse what nobody could read as code: neither text nor a ZIP of files."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        readable = "\0" not in content.decode()
    except UnicodeDecodeError:
        readable = False
    if not readable:
        raise BadInput(
            "the file {name} is neither text nor a ZIP; choose the script", name=file_name
        )


def download(session: Session, *, release_id: int, actor: Actor, now: datetime) -> Release:
    """Hand out a release and log who took it; raises ``NotFound`` to who may not."""
    with transaction(session):
        release = release_for(session, release_id, actor)
        session.add(Download(release_id=release.id, person_id=actor.person_id, downloaded_at=now))
        record(
            session,
            "release_downloaded",
            f"release:{release.id}",
            by=actor.person_id,
            at=now,
            details={"sha256": release.csv_sha256},
        )
    return release
