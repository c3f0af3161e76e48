"""The people of a sign-up: coordinator, signatory of the board, contact of the council.

Each is reached by mail and holds a role for this one sign-up. Recruiters and outcome testers of
the trial are refused: in these roles they would come to know an arm.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trials.errors import BadInput, NotAllowed
from trials.people.models import Grant, Person, SignInMethod
from trials.permissions import Role, Scope, ScopeKind
from trials.signups.models import Signup

STAY_BLIND = frozenset({Role.RECRUITER, Role.OUTCOME_TESTER})


@dataclass(frozen=True, slots=True)
class Contact:
    """A name and a work address, as someone typed them."""

    name: str
    email: str

    def check(self) -> None:
        """Raise ``BadInput`` with every problem."""
        problems = []
        if not self.name.strip():
            problems.append(BadInput("fill in a name", field="name"))
        local, _, domain = self.email.strip().partition("@")
        if not local or "." not in domain or any(c.isspace() for c in self.email.strip()):
            problems.append(
                BadInput("fill in an e-mail address, such as name@school.nl", field="email")
            )
        if problems:
            raise BadInput("this person cannot be reached yet", tuple(problems))


def person_of(
    session: Session, contact: Contact, method: SignInMethod, now: datetime, language: str = "nl"
) -> Person:
    """Return the person with this address, made on the spot when new."""
    contact.check()
    address = contact.email.strip().lower()
    known = session.scalar(select(Person).where(Person.email == address))
    if known is not None:
        return known
    person = Person(
        name=contact.name.strip(),
        email=address,
        language=language,
        method=method,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def make_coordinator(
    session: Session, signup: Signup, person: Person, *, by: int, now: datetime
) -> None:
    """Make ``person`` the one coordinator of a sign-up; the one before loses the role at once."""
    signup.coordinator = person
    session.flush()
    for grant in _grants(session, signup, Role.SCHOOL_COORDINATOR):
        if grant.person_id != person.id:
            grant.ended_at = now
    give_role(session, signup, person, Role.SCHOOL_COORDINATOR, by=by, now=now)


def give_role(
    session: Session, signup: Signup, person: Person, role: Role, *, by: int, now: datetime
) -> None:
    """Let a person hold a role for this sign-up, once."""
    _refuse_blind(session, person, signup.trial_id)
    if any(grant.person_id == person.id for grant in _grants(session, signup, role)):
        return
    session.add(
        Grant(
            person_id=person.id,
            role=role,
            scope_kind=ScopeKind.SIGNUP,
            scope_id=signup.id,
            granted_by=by,
            granted_at=now,
        )
    )


def holders_of(session: Session, signup: Signup, role: Role) -> list[Person]:
    """Return who holds a role for this sign-up or its board, those of the board first."""
    scopes = (Scope(ScopeKind.BOARD, signup.board_id), Scope(ScopeKind.SIGNUP, signup.id))
    held = [
        grant.person
        for scope in scopes
        if scope.id is not None
        for grant in session.scalars(_in_force(role, scope)).all()
    ]
    return [person for person in dict.fromkeys(held) if person.disabled_at is None]


def _grants(session: Session, signup: Signup, role: Role) -> list[Grant]:
    return list(session.scalars(_in_force(role, Scope(ScopeKind.SIGNUP, signup.id))).all())


def _in_force(role: Role, scope: Scope) -> Select[Grant]:
    return (
        select(Grant)
        .where(
            Grant.role == role,
            Grant.scope_kind == scope.kind,
            Grant.scope_id == scope.id,
            Grant.ended_at.is_(None),
        )
        .order_by(Grant.id)
    )


def _refuse_blind(session: Session, person: Person, trial_id: int) -> None:
    """Refuse whoever must stay blind in this trial."""
    blind = session.scalar(
        select(Grant.id).where(
            Grant.person_id == person.id,
            Grant.role.in_(STAY_BLIND),
            Grant.ended_at.is_(None),
            (Grant.scope_kind == ScopeKind.PROGRAMME)
            | ((Grant.scope_kind == ScopeKind.TRIAL) & (Grant.scope_id == trial_id)),
        )
    )
    if blind is not None:
        raise NotAllowed(
            "{name} recruits or tests in this trial and must not learn a group; "
            "ask someone else at the school",
            name=person.name,
        )
