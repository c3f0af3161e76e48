"""Loading the rows a service is about to change, locked against everyone else."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.errors import NotFound, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.signups.models import SchoolCall, Signup

TAKES_SCHOOLS = frozenset({TrialState.RECRUITING, TrialState.SEALED, TrialState.DELIVERING})


def call_for_update(session: Session, trial_id: int) -> SchoolCall:
    """Return the school call of a trial; whoever holds it hands out places."""
    call = session.scalar(
        select(SchoolCall).where(SchoolCall.trial_id == trial_id).with_for_update()
    )
    if call is None:
        raise NotReady("the call for schools is not open yet")
    return call


def open_call_for_update(session: Session, trial_id: int, now: datetime) -> SchoolCall:
    """Return the school call, refusing outside its dates, to the second."""
    call = call_for_update(session, trial_id)
    check_takes_schools(call)
    if now < call.opens_at:
        raise NotReady("signing up starts on {opens_at}", opens_at=call.opens_at)
    if now >= call.closes_at:
        raise NotReady("signing up closed on {closes_at}", closes_at=call.closes_at)
    return call


def check_takes_schools(call: SchoolCall) -> None:
    """Refuse once the trial has left the states in which schools can come in."""
    if call.trial.state not in TAKES_SCHOOLS:
        raise NotReady("this trial takes no schools any more")


def signup_for_update(session: Session, signup_id: int, actor: Actor) -> Signup:
    """Return a sign-up with its call locked first, so that places and states never disagree.

    Raises ``NotFound`` also when the actor may not know of it.
    """
    trial_id = session.scalar(select(Signup.trial_id).where(Signup.id == signup_id))
    if trial_id is None:
        raise NotFound("there is no such sign-up")
    call_for_update(session, trial_id)
    signup = session.get_one(Signup, signup_id, with_for_update=True, populate_existing=True)
    if not actor.may(Permission.SIGNUP_READ, *signup.scopes):
        raise NotFound("there is no such sign-up")
    return signup
