"""The end of keeping: after the protocol's last day personal data are erased, of every pupil."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.models import Trial
from trials.database import transaction
from trials.days import day_of
from trials.errors import NotFound, NotReady
from trials.measurements.erasing import Erased, erase_elsewhere
from trials.measurements.models import Measurement, Objection, Pupil, PupilClass, UploadDraft
from trials.signups.models import Signup


def erase_after_retention(session: Session, *, trial_id: int, now: datetime) -> int:
    """Erase what is known of the pupils of a trial; tombstones and counts stay.

    The system itself does this, once the last day of the locked protocol is over; repeating it
    does no harm. Returns how many pupils were erased now. Raises ``NotReady`` before that day.
    """
    with transaction(session):
        trial = session.get(Trial, trial_id, with_for_update=True)
        if trial is None:
            raise NotFound("there is no such trial")
        until = locked_protocol(session, trial_id).retention_until
        if day_of(now) <= until:
            raise NotReady("the data of this trial are kept until {until}", until=until)
        kept = select(Pupil.id).where(Pupil.trial_id == trial_id, Pupil.erased_at.is_(None))
        names = select(Pupil.pseudonym).where(Pupil.trial_id == trial_id, Pupil.erased_at.is_(None))
        pseudonyms = frozenset(session.scalars(names))
        for model in (Measurement, PupilClass):
            session.execute(delete(model).where(model.pupil_id.in_(kept)))
        signups = select(Signup.id).where(Signup.trial_id == trial_id)
        session.execute(delete(UploadDraft).where(UploadDraft.signup_id.in_(signups)))
        session.execute(
            update(Objection).where(Objection.signup_id.in_(signups)).values(number_hmac=None)
        )
        session.execute(
            update(Pupil)
            .where(Pupil.trial_id == trial_id, Pupil.erased_at.is_(None))
            .values(covariates={}, school_number_hmac=None, erased_at=now)
        )
        erase_elsewhere(session, Erased(trial_id, pseudonyms), now)
        if pseudonyms:
            details = {"pupils": len(pseudonyms)}
            record(session, "retention_over", f"trial:{trial_id}", by=None, at=now, details=details)
    return len(pseudonyms)
