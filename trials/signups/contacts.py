"""The people of a sign-up: coordinator, signatory of the board, contact of the council.

Each is reached by mail and holds a role for this one sign-up, never for a whole board: only the
council's own staff can say who signs for a board everywhere.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.errors import BadInput
from trials.people.actors import grant_holds
from trials.people.enrolment import clean_address, enrol, give_role
from trials.people.models import Grant, Person
from trials.permissions import Role, Scope, ScopeKind
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Contact:
    """A name and a work address, as someone typed them."""

    name: str
    email: str


def person_of(session: Session, contact: Contact, now: datetime, *, language: str = "nl") -> Person:
    """Return the person with this address, added when new.

    Raises ``BadInput`` with a problem for each field that needs mending.
    """
    problems = []
    if not contact.name.strip():
        problems.append(BadInput("fill in a name", field="name"))
    try:
        clean_address(contact.email)
    except BadInput as refusal:
        problems.append(BadInput(refusal.sentence, field="email"))
    if problems:
        raise BadInput("this person cannot be reached yet", tuple(problems))
    return enrol(session, email=contact.email, name=contact.name, now=now, language=language)


def make_coordinator(
    session: Session, signup: Signup, person: Person, *, by: int, now: datetime
) -> None:
    """Make ``person`` the one coordinator of a sign-up; the one before loses the role at once."""
    signup.coordinator = person
    session.flush()
    own = Scope(ScopeKind.SIGNUP, signup.id)
    for grant in session.scalars(_in_force(Role.SCHOOL_COORDINATOR, own, now)):
        if grant.person_id != person.id:
            grant.ended_at = now
            details: dict[str, str | int] = {"role": grant.role.value, "grant": grant.id}
            subject = f"person:{grant.person_id}"
            record(session, "role_ended", subject, by=by, at=now, details=details)
    give_role(session, person, Role.SCHOOL_COORDINATOR, own, by=by, now=now)


def holders_of(session: Session, signup: Signup, role: Role, now: datetime) -> list[Person]:
    """Return who holds a role for this sign-up or its board, those of the board first."""
    scopes = (Scope(ScopeKind.BOARD, signup.board_id), Scope(ScopeKind.SIGNUP, signup.id))
    held = [
        grant.person
        for scope in scopes
        if scope.id is not None
        for grant in session.scalars(_in_force(role, scope, now))
    ]
    return [person for person in dict.fromkeys(held) if person.disabled_at is None]


def _in_force(role: Role, scope: Scope, now: datetime) -> Select[Grant]:
    return (
        select(Grant)
        .where(
            Grant.role == role,
            Grant.scope_kind == scope.kind,
            Grant.scope_id == scope.id,
            grant_holds(now),
        )
        .order_by(Grant.id)
    )
