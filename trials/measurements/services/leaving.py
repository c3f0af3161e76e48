"""Pupils who leave the school: marked, and kept in the comparison they were drawn into."""

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.days import AMSTERDAM, check_years, day_of
from trials.errors import BadInput, NotFound, NotReady
from trials.measurements.keys import PupilKeys, number_hmac
from trials.measurements.models import Pupil
from trials.measurements.rows import BEFORE_OUTCOMES, refuse_unless_here, signup_locked
from trials.permissions import Actor, Permission
from trials.signups.models import Signup


def note_pupil_left(
    session: Session,
    *,
    signup_id: int,
    number: str,
    left_on: date | None,
    keys: PupilKeys,
    actor: Actor,
    now: datetime,
) -> Pupil:
    """Note that a pupil left the school on a day; None: the pupil is there after all.

    Whoever leaves before the draw is not drawn. Whoever leaves after it stays in the
    intention-to-treat set, marked, and is tested where that can be done. Raises ``BadInput`` for a
    number that is not on the list, ``NotReady`` once outcomes are locked.
    """
    with transaction(session):
        signup = signup_locked(session, signup_id, lock_trial=False)
        if not actor.may(Permission.PUPILS_UPLOAD, *signup.scopes):
            raise NotFound("there is no such sign-up")
        refuse_unless_here(signup.trial)
        if signup.trial.state not in BEFORE_OUTCOMES:
            raise NotReady("the list of pupils of this trial does not change any more")
        if left_on is not None and left_on > day_of(now):
            raise BadInput("this day has yet to come", field="left_on")
        check_years(left_on=left_on)
        pupil = _pupil(session, signup, number, keys)
        moment = datetime.combine(left_on, time(), AMSTERDAM) if left_on else None
        if pupil.left_at != moment:
            pupil.left_at = moment
            event = "pupil_left" if moment else "pupil_came_back"
            record(session, event, f"signup:{signup.id}", by=actor.person_id, at=now)
    return pupil


def _pupil(session: Session, signup: Signup, number: str, keys: PupilKeys) -> Pupil:
    hmac = number_hmac(keys.key(signup.trial_id), signup.id, number)
    pupil = session.scalar(
        select(Pupil).where(Pupil.signup_id == signup.id, Pupil.school_number_hmac == hmac)
    )
    if pupil is None:
        raise BadInput("this number is not on the list that your school sent", field="number")
    return pupil
