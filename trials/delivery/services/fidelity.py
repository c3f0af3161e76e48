"""Logging how faithfully and how much was delivered, version by version."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.database import transaction
from trials.delivery.access import arms_of_signup, check_begun, check_open, signup_for
from trials.delivery.calendar import check_not_ahead, week_of
from trials.delivery.models import Dose, FidelityCheck
from trials.delivery.noting import note_delivery
from trials.errors import BadInput, NotReady
from trials.measurements.models import Pupil, SchoolClass
from trials.permissions import Actor, Permission, require
from trials.signups.models import Signup


def log_fidelity(
    session: Session,
    *,
    signup_id: int,
    component: str,
    checked_on: date,
    score: int,
    actor: Actor,
    now: datetime,
    note: str = "",
    reason: str = "",
) -> FidelityCheck:
    """Log what was delivered of one component on one day, in percent.

    The same entry sent twice is kept once. Another score for that day is a correction: a new
    version, with a reason. Raises ``BadInput`` for a component the protocol does not have.
    """
    with transaction(session):
        signup = _delivering(session, signup_id, actor)
        _check_component(session, signup, component)
        check_not_ahead(checked_on, now)
        check_begun(session, signup, checked_on)
        if not 0 <= score <= 100:
            raise BadInput("the score {score} must be between 0 and 100 percent", score=score)
        latest = session.scalar(
            select(FidelityCheck)
            .where(
                FidelityCheck.signup_id == signup.id,
                FidelityCheck.component == component,
                FidelityCheck.checked_on == checked_on,
            )
            .order_by(FidelityCheck.version.desc())
            .limit(1)
        )
        if latest is not None and (latest.score, latest.note) == (score, note):
            return latest
        check = FidelityCheck(
            signup_id=signup.id,
            component=component,
            checked_on=checked_on,
            version=_next_version(latest, reason),
            score=score,
            note=note,
            reason=reason.strip() if latest else "",
            logged_by=actor.person_id,
            logged_at=now,
        )
        session.add(check)
        session.flush()
        note_delivery(session, signup, actor, now)
    return check


def log_dose(
    session: Session,
    *,
    signup_id: int,
    week: date,
    sessions: int,
    actor: Actor,
    now: datetime,
    class_id: int | None = None,
    pupil_id: int | None = None,
    reason: str = "",
) -> Dose:
    """Log how many sessions a school, one class or one pupil had in the week of a day."""
    with transaction(session):
        signup = _delivering(session, signup_id, actor)
        check_not_ahead(week_of(week), now)
        check_begun(session, signup, week_of(week) + timedelta(days=6))
        if sessions < 0:
            raise BadInput("sessions cannot be fewer than none")
        target = _target(session, signup, class_id, pupil_id, actor)
        latest = session.scalar(
            select(Dose)
            .where(
                Dose.signup_id == signup.id,
                Dose.target == target,
                Dose.week == week_of(week),
            )
            .order_by(Dose.version.desc())
            .limit(1)
        )
        if latest is not None and latest.sessions == sessions:
            return latest
        dose = Dose(
            signup_id=signup.id,
            target=target,
            class_id=class_id,
            pupil_id=pupil_id,
            week=week_of(week),
            version=_next_version(latest, reason),
            sessions=sessions,
            reason=reason.strip() if latest else "",
            logged_by=actor.person_id,
            logged_at=now,
        )
        session.add(dose)
        session.flush()
        note_delivery(session, signup, actor, now)
    return dose


def _delivering(session: Session, signup_id: int, actor: Actor) -> Signup:
    """Lock a school in which the intervention is delivered."""
    signup = signup_for(session, signup_id, actor, Permission.FIDELITY_LOG)
    session.refresh(signup, with_for_update=True)
    check_open(session, signup)
    protocol = locked_protocol(session, signup.trial_id)
    if arms_of_signup(session, signup.id) == {protocol.control}:
        raise NotReady("this school works as it is used to; log its usual practice as an event")
    return signup


def _check_component(session: Session, signup: Signup, component: str) -> None:
    known = [part.code for part in locked_protocol(session, signup.trial_id).components]
    if component not in known:
        raise BadInput(
            'the protocol has no component "{component}"; choose one of {known}',
            component=component,
            known=", ".join(known),
        )


def _target(
    session: Session, signup: Signup, class_id: int | None, pupil_id: int | None, actor: Actor
) -> str:
    if pupil_id is not None:
        require(actor, Permission.PUPILS_READ, *signup.scopes)
        pupil = session.get(Pupil, pupil_id)
        if pupil is None or pupil.signup_id != signup.id or pupil.erased_at is not None:
            raise BadInput("this pupil is not in this school's list")
        return f"pupil:{pupil_id}"
    if class_id is not None:
        found = session.get(SchoolClass, class_id)
        if found is None or found.signup_id != signup.id:
            raise BadInput("this class is not in this school's list")
        return f"class:{class_id}"
    return f"site:{signup.id}"


def _next_version(latest: FidelityCheck | Dose | None, reason: str) -> int:
    if latest is None:
        return 1
    if not reason.strip():
        raise BadInput("this was logged before with another value; say why it changes")
    return latest.version + 1
