"""A school's interest: is it known, does it fit, and who coordinates."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import Conflict
from trials.people.models import Person
from trials.permissions import Actor
from trials.register.models import SiteVersion
from trials.signups.contacts import make_coordinator
from trials.signups.eligibility import check_answers, obstacles
from trials.signups.models import SchoolCall, Signup
from trials.signups.rows import open_call_for_update
from trials.signups.sites import site_now
from trials.signups.states import SignupState

STARTS_AGAIN = frozenset({SignupState.INELIGIBLE, SignupState.WITHDRAWN})


def register_interest(
    session: Session,
    *,
    trial_id: int,
    site_id: int,
    answers: Mapping[str, bool],
    actor: Actor,
    now: datetime,
) -> Signup:
    """Register a site's interest; whoever does so becomes its coordinator.

    The answer is immediate: the sign-up is ``INTERESTED``, or ``INELIGIBLE`` for the reasons
    that ``eligibility.obstacles`` gives. A site signs up once per trial: raises ``Conflict``
    when it already has. Raises ``NotReady`` outside the call's dates and ``BadInput`` when a
    question is left open.
    """
    with transaction(session):
        call = open_call_for_update(session, trial_id, now)
        coordinator = session.get_one(Person, actor.person_id)
        version = site_now(session, site_id, now)
        answered = check_answers(call, answers)
        hindered = obstacles(call, version.sector, answered)
        state = SignupState.INELIGIBLE if hindered else SignupState.INTERESTED
        signup = _signup_of(session, call, version.site_id, actor)
        if signup is None:
            signup = Signup(trial_id=trial_id, site_id=site_id, state=state)
        elif signup.state is not state:
            signup.advance_to(state)
        signup.coordinator = coordinator
        _fill_in(signup, version, answered, now)
        session.add(signup)
        make_coordinator(session, signup, coordinator, by=actor.person_id, now=now)
        event = "ineligible" if hindered else "interest_registered"
        record(session, event, f"signup:{signup.id}", by=actor.person_id, at=now)
    return signup


def _signup_of(session: Session, call: SchoolCall, site_id: int, actor: Actor) -> Signup | None:
    """Return the earlier sign-up that may start again, if there is one."""
    earlier = session.scalar(
        select(Signup)
        .where(Signup.trial_id == call.trial_id, Signup.site_id == site_id)
        .with_for_update()
    )
    if earlier is None or (earlier.state in STARTS_AGAIN and earlier.drawn_at is None):
        return earlier
    if earlier.coordinator_id == actor.person_id:
        raise Conflict("you have already signed this school up; go on from your tasks")
    raise Conflict(
        "a colleague has already signed this school up; ask for a hand-over, "
        "or let your board appoint you"
    )


def _fill_in(
    signup: Signup, version: SiteVersion, answered: dict[str, bool], now: datetime
) -> None:
    signup.board_id = version.board_id
    signup.school_name = version.name
    signup.answers = answered
    signup.interested_at = now
    signup.both_arms_accepted_at = signup.waiting_since = None
