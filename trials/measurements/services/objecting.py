"""Objections of parents: law goes first, so what they object to is erased."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, NotFound
from trials.measurements.erasing import Erased, erase_elsewhere
from trials.measurements.keys import PupilKeys, number_hmac
from trials.measurements.models import (
    Instrument,
    Measurement,
    Objection,
    Pupil,
    PupilClass,
    UploadDraft,
)
from trials.measurements.rows import signup_locked
from trials.permissions import Actor, Permission
from trials.signups.models import Signup


def record_objection(
    session: Session,
    *,
    signup_id: int,
    number: str = "",
    pupils: int = 1,
    instrument_code: str = "",
    keys: PupilKeys,
    actor: Actor,
    now: datetime,
) -> Objection:
    """Honour an objection to taking part, or to one instrument.

    With the school's ``number`` of the pupil, what is stored here is erased (a tombstone stays,
    so that counts hold) and no later file can bring it back. Without one the pupils' rows never
    left the school, and only their count is noted.
    """
    with transaction(session):
        signup = signup_locked(session, signup_id, lock_trial=True)
        if not actor.may(Permission.PUPILS_UPLOAD, *signup.scopes):
            raise NotFound("there is no such sign-up")
        if pupils < 1 or (number.strip() and pupils > 1):
            raise BadInput("fill in for how many pupils, or one pupil number", field="pupils")
        planned = {plan.code for plan in locked_protocol(session, signup.trial_id).instruments}
        if instrument_code and instrument_code not in planned:
            raise BadInput("this trial does not have that test", field="instrument_code")
        objection = Objection(
            signup_id=signup.id,
            instrument_code=instrument_code,
            number_of_pupils=pupils,
            recorded_by=actor.person_id,
            recorded_at=now,
        )
        if number.strip():
            key = keys.key(signup.trial_id)
            objection.number_hmac = number_hmac(key, signup.id, number)
            honour(session, signup, objection)
        session.add(objection)
        session.flush()
        details = {"objection": objection.id, "pupils": pupils}
        subject = f"signup:{signup.id}"
        record(session, "objection_honoured", subject, by=actor.person_id, at=now, details=details)
    return objection


def honour(session: Session, signup: Signup, objection: Objection) -> None:
    """Erase what is stored of the pupil an objection is about, or its scores on one instrument."""
    session.execute(delete(UploadDraft).where(UploadDraft.signup_id == signup.id))
    pupil = session.scalar(
        select(Pupil).where(
            Pupil.signup_id == signup.id, Pupil.school_number_hmac == objection.number_hmac
        )
    )
    if pupil is None:
        return
    objection.pupil_id = pupil.id
    if objection.instrument_code:
        which = select(Instrument.id).where(
            Instrument.trial_id == signup.trial_id,
            Instrument.code == objection.instrument_code,
        )
        _delete_scores(session, pupil, Measurement.instrument_id.in_(which))
        erased = Erased(pupil.trial_id, frozenset({pupil.pseudonym}), objection.instrument_code)
        erase_elsewhere(session, erased, objection.recorded_at)
    else:
        erase_pupil(session, pupil, objection.recorded_at)


def erase_pupil(session: Session, pupil: Pupil, now: datetime) -> None:
    """Erase all that is known of a pupil; the row stays as a tombstone with its pseudonym."""
    _delete_scores(session, pupil)
    session.execute(delete(PupilClass).where(PupilClass.pupil_id == pupil.id))
    pupil.covariates = {}
    pupil.school_number_hmac = None
    pupil.erased_at = now
    erase_elsewhere(session, Erased(pupil.trial_id, frozenset({pupil.pseudonym})), now)


def _delete_scores(session: Session, pupil: Pupil, *which: ColumnElement[bool]) -> None:
    session.execute(delete(Measurement).where(Measurement.pupil_id == pupil.id, *which))
