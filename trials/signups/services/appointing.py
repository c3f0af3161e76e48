"""Who speaks for a school: its coordinator, its board's signatory, its council's contact."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.days import day_of
from trials.errors import BadInput, NotReady
from trials.mail import post
from trials.people.enrolment import give_role
from trials.people.models import Person
from trials.permissions import Actor, Permission, Role, Scope, ScopeKind, require
from trials.signups.contacts import Contact, make_coordinator, person_of
from trials.signups.letters import COUNCIL_ASKED, HANDED_OVER, SIGNATURE_ASKED
from trials.signups.models import Signup
from trials.signups.rows import signup_for_update
from trials.signups.states import SignupState

OVER = (SignupState.WITHDRAWN, SignupState.INELIGIBLE)


def hand_over(
    session: Session, *, signup_id: int, contact: Contact, actor: Actor, now: datetime
) -> Signup:
    """Make someone else the coordinator; the school itself or its board may.

    The coordinator before loses the role at once, and the new one gets a mail.
    """
    with transaction(session):
        signup = signup_for_update(session, signup_id, actor)
        if not actor.may(Permission.BOARD_SIGN, *signup.scopes):
            require(actor, Permission.SIGNUP_EDIT, *signup.scopes)
        person = person_of(session, contact, now)
        make_coordinator(session, signup, person, by=actor.person_id, now=now)
        post(session, HANDED_OVER, person, now, subject_id=signup.id)
        _note(session, "handed_over", signup, person, actor, now)
    return signup


def name_signatory(
    session: Session, *, signup_id: int, contact: Contact, actor: Actor, now: datetime
) -> Person:
    """Name who signs for the board; that person signs for this one school and gets a mail."""
    with transaction(session):
        signup = _sent(session, signup_id, actor)
        person = person_of(session, contact, now)
        if person.id == signup.coordinator_id:
            raise BadInput(
                "whoever coordinates the sign-up cannot sign for the board", field="email"
            )
        own = Scope(ScopeKind.SIGNUP, signup.id)
        give_role(session, person, Role.BOARD_SIGNATORY, own, by=actor.person_id, now=now)
        post(session, SIGNATURE_ASKED, person, now, subject_id=signup.id)
        _note(session, "signatory_named", signup, person, actor, now)
    return person


def name_council_contact(
    session: Session, *, signup_id: int, contact: Contact, actor: Actor, now: datetime
) -> Person:
    """Name who answers for the participation council; that person gets a mail."""
    with transaction(session):
        signup = _sent(session, signup_id, actor)
        person = person_of(session, contact, now)
        own = Scope(ScopeKind.SIGNUP, signup.id)
        give_role(session, person, Role.COUNCIL, own, by=actor.person_id, now=now)
        post(session, COUNCIL_ASKED, person, now, subject_id=signup.id)
        _note(session, "council_contact_named", signup, person, actor, now)
    return person


def note_parents_informed(
    session: Session, *, signup_id: int, informed_on: date, actor: Actor, now: datetime
) -> Signup:
    """Note on which day the school sent its parents the letter; objections can come from then."""
    with transaction(session):
        signup = _sent(session, signup_id, actor)
        if informed_on > day_of(now):
            raise BadInput("the day of the letter cannot lie in the future", field="informed_on")
        signup.parents_informed_on = informed_on
        subject = f"signup:{signup.id}"
        record(session, "parents_informed", subject, by=actor.person_id, at=now)
    return signup


def _sent(session: Session, signup_id: int, actor: Actor) -> Signup:
    signup = signup_for_update(session, signup_id, actor)
    require(actor, Permission.SIGNUP_EDIT, *signup.scopes)
    if signup.submitted_at is None or signup.state in OVER:
        raise NotReady("this is asked once the sign-up has been sent and has a place")
    return signup


def _note(
    session: Session, event: str, signup: Signup, person: Person, actor: Actor, now: datetime
) -> None:
    details = {"person": person.id}
    record(session, event, f"signup:{signup.id}", by=actor.person_id, at=now, details=details)
