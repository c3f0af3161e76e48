"""Adding persons and giving them roles, inside the transaction of whoever needs it."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trials.audit import record
from trials.errors import BadInput, Conflict
from trials.mail import one_line
from trials.people.actors import grant_holds
from trials.people.models import Grant, Person, SignInMethod
from trials.people.sessions import end_sessions
from trials.permissions import ROLE_PERMISSIONS, Permission, Role, Scope, ScopeKind

METHODS: Mapping[Role, SignInMethod] = {
    Role.SCHOOL_COORDINATOR: SignInMethod.LINK,
    Role.COUNCIL: SignInMethod.LINK,
    Role.BOARD_SIGNATORY: SignInMethod.LINK_AND_CODE,
    Role.APPLICANT: SignInMethod.LINK_AND_CODE,
}  # every other role: password and TOTP
STRENGTH = (SignInMethod.LINK, SignInMethod.LINK_AND_CODE, SignInMethod.PASSWORD)

BLIND = frozenset({Role.RECRUITER, Role.OUTCOME_TESTER, Role.ANALYST})
SEES_ARMS = frozenset(
    role
    for role, allowed in ROLE_PERMISSIONS.items()
    if allowed & {Permission.ARMS_SEE, Permission.OWN_ARM_SEE}
)


def enrol(
    session: Session,
    *,
    email: str,
    name: str,
    now: datetime,
    language: str = "nl",
    organisation_id: int | None = None,
) -> Person:
    """Return the person with this address, added with the weakest way to sign in when new.

    The name of a person who is known already stays. Raises ``BadInput`` for an address that is
    none, or a name that could not stand in a mail's header.
    """
    address = clean_address(email)
    known = select(Person).where(Person.email == address).with_for_update(key_share=True)
    if found := session.scalar(known):
        return found
    person = Person(
        name=one_line(name.strip()) or address,
        email=address,
        language=language,
        organisation_id=organisation_id,
        method=SignInMethod.LINK,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:  # added by somebody else in the same moment
        return session.scalars(known).one()
    record(session, "person_added", f"person:{person.id}", by=None, at=now)
    return person


def clean_address(email: str) -> str:
    """Return the address in lower case. Raises ``BadInput`` when it is not an address."""
    address = email.strip().lower()
    if len(address) > 254 or not re.fullmatch(
        r"[^\s@<>\"(),:;\[\]\\]+@[a-z0-9.-]+\.[a-z0-9-]+", address
    ):
        raise BadInput("this is not an e-mail address; write it like name@school.nl")
    return one_line(address)


def give_role(
    session: Session,
    person: Person,
    role: Role,
    scope: Scope,
    *,
    by: int | None,
    now: datetime,
    until: datetime | None = None,
) -> Grant:
    """Give a role in a scope; the same role held there already is returned as it is.

    Raises ``BadInput`` for a scope without its number, ``Conflict`` for a role that must stay
    blind beside one that sees arms.
    """
    if (scope.kind is ScopeKind.PROGRAMME) != (scope.id is None):
        raise BadInput("give the number of the call, trial, board or sign-up", field="number")
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    held = session.scalars(
        select(Grant).where(Grant.person_id == person.id, grant_holds(now))
    ).all()
    for grant in held:
        if (grant.role, grant.scope, grant.valid_until) == (role, scope, until):
            return grant
        refuse_mixed_sight(grant.role, grant.scope, role, scope)
    grant = Grant(
        person_id=person.id,
        role=role,
        scope_kind=scope.kind,
        scope_id=scope.id,
        granted_by=by,
        granted_at=now,
        valid_until=until,
    )
    session.add(grant)
    strengthen_sign_in(session, person, role, now)
    session.flush()
    details: dict[str, str | int] = {"role": role.value, "scope": scope.kind.value}
    if scope.id is not None:
        details["in"] = scope.id
    record(session, "role_given", f"person:{person.id}", by=by, at=now, details=details)
    return grant


def refuse_mixed_sight(one: Role, one_scope: Scope, other: Role, other_scope: Scope) -> None:
    """Refuse a blind role beside one that sees arms, unless they are in two different trials."""
    mixed = (one in BLIND and other in SEES_ARMS) or (other in BLIND and one in SEES_ARMS)
    kinds = {one_scope.kind, other_scope.kind}
    apart = kinds == {ScopeKind.TRIAL} and one_scope.id != other_scope.id
    if mixed and not apart:
        raise Conflict(
            "this person cannot be {one} and {other} too: one of them must not know any arm",
            one=one,
            other=other,
        )


def strengthen_sign_in(session: Session, person: Person, role: Role, now: datetime) -> None:
    """Ask for the proof the role needs from now on; sessions begun with less end."""
    needed = METHODS.get(role, SignInMethod.PASSWORD)
    if STRENGTH.index(needed) <= STRENGTH.index(person.method):
        return
    person.method = needed
    end_sessions(session, person.id, now)
