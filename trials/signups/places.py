"""Places of a trial: who holds one, and who is next when one comes free."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trials.lifecycle import TrialState
from trials.mail import post
from trials.signups.letters import PLACE_GIVEN
from trials.signups.models import SchoolCall, Signup
from trials.signups.states import HOLDS_A_PLACE, SignupState

REFILLS = frozenset({TrialState.RECRUITING, TrialState.DELIVERING})  # a seal in progress waits


def places_taken(session: Session, trial_id: int) -> int:
    """Count places in use; a school that was drawn keeps its place for good."""
    holds = or_(Signup.state.in_(HOLDS_A_PLACE), Signup.drawn_at.is_not(None))
    return (
        session.scalar(
            select(func.count()).select_from(Signup).where(Signup.trial_id == trial_id, holds)
        )
        or 0
    )


def hand_out_places(session: Session, call: SchoolCall, now: datetime) -> list[Signup]:
    """Give free places to the waiting list, longest waiting first; the caller holds the call."""
    if call.trial.state not in REFILLS:
        return []
    session.flush()
    free = call.places - places_taken(session, call.trial_id)
    if free <= 0:
        return []
    waiting = select(Signup).where(
        Signup.trial_id == call.trial_id, Signup.state == SignupState.WAITING
    )
    lucky = list(
        session.scalars(waiting.order_by(Signup.waiting_since, Signup.id).limit(free)).all()
    )
    for signup in lucky:
        take_place(signup, now)
        post(session, PLACE_GIVEN, signup.coordinator, now, subject_id=signup.id)
    return lucky


def take_place(signup: Signup, now: datetime) -> None:
    """Move a sign-up onto a free place."""
    signup.submitted_at = now
    signup.advance_to(SignupState.SUBMITTED)
