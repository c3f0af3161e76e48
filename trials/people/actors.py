"""Who may act now: roles of one's own and roles by mandate, read at the moment of the act."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from trials.database import UtcDateTime
from trials.people.models import Grant, Mandate, Person
from trials.permissions import ROLE_PERMISSIONS, Actor, HeldRole, Permission, Role, Scope, ScopeKind


def actor_for(session: Session, person_id: int, now: datetime) -> Actor:
    """Return the person with every role held at ``now``; none for a disabled or unknown one."""
    who = {"person_id": person_id, "now": now}
    held = _own(session, OF_ONE_PERSON, who) + _by_mandate(session, OF_ONE_DEPUTY, who)
    return Actor(person_id, frozenset(role for _, role in held))


def holders(
    session: Session, permission: Permission, scopes: tuple[Scope, ...], now: datetime
) -> tuple[Actor, ...]:
    """Return everyone who has ``permission`` in one of ``scopes`` now, with the roles that give it.

    Ordered by person id.
    """
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if permission in allowed]
    which = {"roles": roles, "now": now}
    held = _own(session, OF_ROLES, which) + _by_mandate(session, BY_ROLES, which)
    ways: dict[int, set[HeldRole]] = defaultdict(set)
    for person_id, role in held:
        ways[person_id].add(role)
    everyone = (Actor(person_id, frozenset(found)) for person_id, found in sorted(ways.items()))
    reaching = (Actor(a.person_id, a.ways_to(permission, *scopes)) for a in everyone)
    return tuple(actor for actor in reaching if actor.roles)


def grant_holds(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition under which a grant counts at ``now``."""
    return and_(
        Grant.granted_at <= now,
        or_(Grant.valid_until.is_(None), Grant.valid_until > now),
        or_(Grant.ended_at.is_(None), Grant.ended_at > now),
    )


def _own(
    session: Session, rows: Select[int, Role, ScopeKind, int | None], which: dict[str, Any]
) -> list[tuple[int, HeldRole]]:
    found = session.execute(rows, which)
    return [(person, HeldRole(role, Scope(kind, number))) for person, role, kind, number in found]


def _by_mandate(
    session: Session, rows: Select[int, Role, ScopeKind, int | None, int], which: dict[str, Any]
) -> list[tuple[int, HeldRole]]:
    found = session.execute(rows, which)
    return [(row[0], HeldRole(row[1], Scope(row[2], row[3]), row[4])) for row in found]


def _grants(whose: ColumnElement[bool]) -> Select[int, Role, ScopeKind, int | None]:
    return (
        select(Grant.person_id, Grant.role, Grant.scope_kind, Grant.scope_id)
        .join(Grant.person)
        .where(whose, grant_holds(NOW), Person.disabled_at.is_(None))
    )


def _mandates(whose: ColumnElement[bool]) -> Select[int, Role, ScopeKind, int | None, int]:
    """A mandate lasts no longer than the role of the person who gave it."""
    principal, deputy = aliased(Person), aliased(Person)
    return (
        select(Mandate.deputy_id, Mandate.role, Mandate.scope_kind, Mandate.scope_id, principal.id)
        .distinct()
        .join(deputy, deputy.id == Mandate.deputy_id)
        .join(principal, principal.id == Mandate.principal_id)
        .join(Grant, and_(Grant.person_id == principal.id, Grant.role == Mandate.role))
        .where(
            whose,
            or_(
                Grant.scope_kind == ScopeKind.PROGRAMME,
                and_(Grant.scope_kind == Mandate.scope_kind, Grant.scope_id == Mandate.scope_id),
            ),
            grant_holds(NOW),
            Mandate.valid_from <= NOW,
            Mandate.valid_until > NOW,
            or_(Mandate.ended_at.is_(None), Mandate.ended_at > NOW),
            principal.disabled_at.is_(None),
            deputy.disabled_at.is_(None),
        )
    )


# Made once: every request asks them, and making one takes three times as long as asking it.
NOW = bindparam("now", type_=UtcDateTime())
OF_ONE_PERSON = _grants(Grant.person_id == bindparam("person_id"))
OF_ONE_DEPUTY = _mandates(Mandate.deputy_id == bindparam("person_id"))
OF_ROLES = _grants(Grant.role.in_(bindparam("roles", expanding=True)))
BY_ROLES = _mandates(Mandate.role.in_(bindparam("roles", expanding=True)))
