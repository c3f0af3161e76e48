"""Numbers of pupils where the pupils themselves live with the evaluator."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.models import PupilsLiveAt
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.measurements.models import ClassMoment, PupilCount, UploadKind
from trials.measurements.rows import signup_for_upload
from trials.measurements.services.uploading import open_wave
from trials.permissions import Actor
from trials.signups.models import Signup

KIND = {
    ClassMoment.DRAW: UploadKind.PUPILS,
    ClassMoment.DELIVERY: UploadKind.PUPILS,
    ClassMoment.TEST: UploadKind.OUTCOME,
}


def moment_of(kind: UploadKind, signup: Signup) -> ClassMoment:
    """Return the moment a count of this kind is about."""
    if kind is UploadKind.OUTCOME:
        return ClassMoment.TEST
    return ClassMoment.DRAW if signup.drawn_at is None else ClassMoment.DELIVERY


def record_pupil_count(
    session: Session,
    *,
    signup_id: int,
    moment: ClassMoment,
    wave: int = 1,
    pupils: int,
    file_sha256: str,
    actor: Actor,
    now: datetime,
) -> PupilCount:
    """Record how many pupils a file held that went to the evaluator, and the file's hash.

    The file itself never comes here. A later count of the same moment replaces it; the audit
    chain keeps both. Raises ``NotReady`` as an upload at that moment would.
    """
    with transaction(session):
        signup, _ = signup_for_upload(session, signup_id, KIND[moment], wave, actor)
        if signup.trial.pupils_live_at is not PupilsLiveAt.EVALUATOR:
            raise NotReady("in this trial pupils are sent as a file, not as a number")
        if pupils < 0:
            raise BadInput("a number of pupils cannot be negative", field="pupils")
        if not re.fullmatch(r"[0-9a-f]{64}", file_sha256):
            raise BadInput(
                "the file's fingerprint has 64 digits and letters a to f; copy it again",
                field="file_sha256",
            )
        count = session.scalar(
            select(PupilCount).where(
                PupilCount.signup_id == signup.id,
                PupilCount.moment == moment,
                PupilCount.wave == wave,
            )
        ) or PupilCount(signup_id=signup.id, moment=moment, wave=wave)
        count.pupils, count.file_sha256, count.recorded_at = pupils, file_sha256, now
        session.add(count)
        if moment is ClassMoment.TEST:
            open_wave(session, signup, wave, now)
        details: dict[str, str | int] = {
            "moment": moment.value,
            "wave": wave,
            "pupils": pupils,
            "sha256": file_sha256,
        }
        subject = f"signup:{signup.id}"
        record(session, "pupils_counted", subject, by=actor.person_id, at=now, details=details)
    return count
