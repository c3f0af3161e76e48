"""A school's interest: is it known, does it fit, and who coordinates."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.days import day_of
from trials.errors import Conflict
from trials.people.links import send_link
from trials.people.models import LinkPurpose, Person
from trials.people.throttle import Limit, count_try
from trials.permissions import Actor
from trials.register.queries import SiteCard, site_by_id
from trials.signups.contacts import Contact, make_coordinator, person_of
from trials.signups.eligibility import check_answers, obstacles
from trials.signups.models import SchoolCall, Signup
from trials.signups.queries.begun import QUESTIONS
from trials.signups.rows import open_call_for_update
from trials.signups.states import STARTS_AGAIN, SignupState

SIGNUPS_FROM_ONE_PLACE = Limit("signup", 20)


def start_signup(
    session: Session,
    *,
    trial_id: int,
    site_id: int,
    contact: Contact,
    language: str,
    origin: str,
    now: datetime,
) -> None:
    """Mail a link to someone who wants to sign a school up, so that the address is proved first.

    The link leads on to the questions of eligibility; only then is anything kept of the school.
    ``origin`` is where the request came from. Raises ``TooOften`` after many from one place.
    """
    count_try(session, SIGNUPS_FROM_ONE_PLACE, origin, now)
    with transaction(session):
        call = open_call_for_update(session, trial_id, now)
        site_by_id(session, site_id, day_of(now))
        person = person_of(session, contact, now, language=language)
        path = QUESTIONS.format(slug=call.trial.slug, site_id=site_id)
        send_link(session, person, LinkPurpose.SIGN_IN, now, path=path)


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
        site = site_by_id(session, site_id, day_of(now))
        answered = check_answers(call, answers)
        hindered = obstacles(call, site.sector, answered)
        state = SignupState.INELIGIBLE if hindered else SignupState.INTERESTED
        signup = _signup_of(session, call, site_id, actor)
        if signup is None:
            signup = Signup(trial_id=trial_id, site_id=site_id, state=state)
        elif signup.state is not state:
            signup.advance_to(state)
        signup.coordinator = coordinator
        _fill_in(signup, site, answered, now)
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


def _fill_in(signup: Signup, site: SiteCard, answered: dict[str, bool], now: datetime) -> None:
    signup.board_id = site.board_id
    signup.school_name = site.name
    signup.answers = answered
    signup.interested_at = now
    signup.both_arms_accepted_at = signup.waiting_since = signup.parents_informed_on = None
