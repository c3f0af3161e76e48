"""Roles and mandates: given, ended, and a person shut out altogether."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.days import check_years
from trials.errors import BadInput, Conflict, NotAllowed, NotFound
from trials.people.actors import actor_for
from trials.people.enrolment import clean_address, give_role, refuse_mixed_sight, strengthen_sign_in
from trials.people.links import send_invitation
from trials.people.models import Grant, Mandate, Person
from trials.people.sessions import end_sessions
from trials.permissions import Actor, HeldRole, Permission, Role, Scope, ScopeKind, require


def grant_role(
    session: Session,
    *,
    person_id: int,
    role: Role,
    scope: Scope,
    actor: Actor,
    now: datetime,
    until: datetime | None = None,
) -> Grant:
    """Give a person a role. Raises ``Conflict`` where it would mix sight of arms and blindness."""
    with transaction(session):
        require(actor, Permission.PEOPLE_INVITE, scope)
        person = _person_for_update(session, person_id)
        if person.disabled_at is not None:
            raise Conflict("this person has no access any more; invite someone else")
        if person.id == actor.person_id:
            raise NotAllowed("nobody gives a role to themselves; ask a colleague")
        check_years(until=until)
        return give_role(session, person, role, scope, by=actor.person_id, now=now, until=until)


def end_grant(session: Session, *, grant_id: int, actor: Actor, now: datetime) -> Grant:
    """End a role from this moment on. What was done in it stands."""
    with transaction(session):
        grant = session.get(Grant, grant_id, with_for_update=True)
        if grant is None or not actor.may(Permission.PEOPLE_INVITE, grant.scope):
            raise NotFound("there is no such role")
        if grant.ended_at is not None:
            raise Conflict("this role has ended already")
        grant.ended_at = now
        details: dict[str, str | int] = {"role": grant.role.value, "grant": grant.id}
        subject = f"person:{grant.person_id}"
        record(session, "role_ended", subject, by=actor.person_id, at=now, details=details)
    return grant


def give_mandate(
    session: Session,
    *,
    email: str,
    role: Role,
    scope: Scope,
    document: str,
    valid_from: datetime,
    valid_until: datetime,
    actor: Actor,
    now: datetime,
) -> Mandate:
    """Let the person with this address act in one of the actor's own roles between two moments.

    ``document`` says where the written mandate is kept. A mandate cannot be passed on.
    """
    with transaction(session):
        require(actor, Permission.MANDATE_GIVE, scope)
        if not _holds_itself(actor, role, scope):
            raise NotAllowed("a mandate can be given only in a role of your own")
        if not document.strip():
            raise BadInput("say where the written mandate is kept", field="document")
        check_years(first_day=valid_from, last_day=valid_until)
        if not now < valid_until or not valid_from < valid_until:
            raise BadInput(
                "the last day of a mandate lies after its first and in the future",
                field="last_day",
            )
        deputy = session.scalar(
            select(Person)
            .where(Person.email == clean_address(email), Person.disabled_at.is_(None))
            .with_for_update()
        )
        if deputy is None:
            raise BadInput("nobody here has this address; invite your deputy first", field="deputy")
        if deputy.id == actor.person_id:
            raise BadInput("a deputy is someone else than you", field="deputy")
        for held in actor_for(session, deputy.id, now).roles:
            refuse_mixed_sight(held.role, held.scope, role, scope)
        mandate = Mandate(
            principal_id=actor.person_id,
            deputy_id=deputy.id,
            role=role,
            scope_kind=scope.kind,
            scope_id=scope.id,
            document=document.strip(),
            valid_from=valid_from,
            valid_until=valid_until,
            given_at=now,
        )
        session.add(mandate)
        before = deputy.method
        strengthen_sign_in(session, deputy, role, now)
        session.flush()
        if deputy.method is not before:
            send_invitation(session, deputy, now)
        details: dict[str, str | int] = {"role": role.value, "deputy": deputy.id}
        subject = f"mandate:{mandate.id}"
        record(session, "mandate_given", subject, by=actor.person_id, at=now, details=details)
    return mandate


def end_mandate(session: Session, *, mandate_id: int, actor: Actor, now: datetime) -> Mandate:
    """End a mandate before its last day; principal and deputy can both do so."""
    with transaction(session):
        mandate = session.get(Mandate, mandate_id, with_for_update=True)
        if mandate is None or actor.person_id not in (mandate.principal_id, mandate.deputy_id):
            raise NotFound("there is no such mandate")
        if mandate.ended_at is not None or mandate.valid_until <= now:
            raise Conflict("this mandate has ended already")
        mandate.ended_at = now
        subject = f"mandate:{mandate.id}"
        record(session, "mandate_ended", subject, by=actor.person_id, at=now)
    return mandate


def disable_person(session: Session, *, person_id: int, actor: Actor, now: datetime) -> Person:
    """Shut a person out: every session ends at once and no role counts any more."""
    with transaction(session):
        require(actor, Permission.PEOPLE_INVITE)
        person = _person_for_update(session, person_id)
        if person.id == actor.person_id:
            raise Conflict("you cannot shut yourself out")
        if person.disabled_at is not None:
            raise Conflict("this person was shut out before")
        person.disabled_at = now
        end_sessions(session, person.id, now)
        record(session, "person_disabled", f"person:{person.id}", by=actor.person_id, at=now)
    return person


def _holds_itself(actor: Actor, role: Role, scope: Scope) -> bool:
    wide = Scope(ScopeKind.PROGRAMME)
    return bool({HeldRole(role, wide), HeldRole(role, scope)} & actor.roles)


def _person_for_update(session: Session, person_id: int) -> Person:
    found = session.scalar(
        select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound("there is no such person")
    return found
