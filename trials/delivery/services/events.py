"""Logging what happened in schools of both arms, and who stopped delivering."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.delivery.access import check_open, signup_for
from trials.delivery.calendar import check_not_ahead
from trials.delivery.models import DeliveryEvent, EventKind
from trials.delivery.noting import note_delivery
from trials.delivery.standing import standing_events
from trials.errors import BadInput, Conflict, NotFound
from trials.permissions import Actor, Permission


def log_event(
    session: Session,
    *,
    signup_id: int,
    kind: EventKind,
    happened_on: date,
    text: str,
    actor: Actor,
    now: datetime,
) -> DeliveryEvent:
    """Log contamination, usual practice, a disruption or another event in a school.

    A withdrawal from delivery is logged once; the school stays in the intention-to-treat set, is
    tested and is analysed. The same event sent twice is kept once.
    """
    with transaction(session):
        signup = signup_for(session, signup_id, actor, Permission.FIDELITY_LOG)
        session.refresh(signup, with_for_update=True)
        check_open(session, signup)
        check_not_ahead(happened_on, now)
        if not text.strip():
            raise BadInput("say in a few words what happened")
        for earlier in standing_events(session, [signup.id], kind):
            if (earlier.happened_on, earlier.text) == (happened_on, text.strip()):
                return earlier
            if kind is EventKind.WITHDRAWAL_OF_DELIVERY:
                raise Conflict("this school stopped delivering already; correct that entry")
        event = DeliveryEvent(
            signup_id=signup.id,
            kind=kind,
            happened_on=happened_on,
            text=text.strip(),
            logged_by=actor.person_id,
            logged_at=now,
        )
        session.add(event)
        session.flush()
        note_delivery(session, signup, actor, now)
    return event


def correct_event(
    session: Session,
    *,
    event_id: int,
    happened_on: date,
    text: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> DeliveryEvent:
    """Put a corrected event in the place of an earlier one, which stays readable."""
    with transaction(session):
        earlier = session.get(DeliveryEvent, event_id, with_for_update=True)
        if earlier is None:
            raise NotFound("there is no such event")
        signup = signup_for(session, earlier.signup_id, actor, Permission.FIDELITY_LOG)
        check_open(session, signup)
        check_not_ahead(happened_on, now)
        if not text.strip() or not reason.strip():
            raise BadInput("say what happened, and why the earlier entry was wrong")
        if session.scalar(select(DeliveryEvent.id).where(DeliveryEvent.corrects_id == event_id)):
            raise Conflict("this entry was corrected already; correct the newer one")
        event = DeliveryEvent(
            signup_id=signup.id,
            kind=earlier.kind,
            happened_on=happened_on,
            text=text.strip(),
            corrects_id=earlier.id,
            reason=reason.strip(),
            logged_by=actor.person_id,
            logged_at=now,
        )
        session.add(event)
        session.flush()
        note_delivery(session, signup, actor, now)
    return event
