"""The persons these tests are about, and an act for two of them."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.people.acts import Act, register_act
from trials.people.models import (
    Deployment,
    Grant,
    Mandate,
    Organisation,
    OrganisationKind,
    Person,
    SignInMethod,
)
from trials.permissions import PROGRAMME, Actor, Permission, Role, Scope

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "a secret for the tests only"


def add_person(session: Session, name: str, *roles: Role, scope: Scope = PROGRAMME) -> int:
    """Add a person with roles and return the id."""
    with transaction(session):
        person = Person(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@voorbeeld.example",
            method=SignInMethod.PASSWORD,
            created_at=NOON - 24 * HOUR,
        )
        person.grants = [
            Grant(
                role=role,
                scope_kind=scope.kind,
                scope_id=scope.id,
                granted_at=NOON - 24 * HOUR,
            )
            for role in roles
        ]
        session.add(person)
        session.flush()
        return person.id


def add_mandate(
    session: Session, principal: int, deputy: int, role: Role, *, hours: int = 200
) -> int:
    """Let ``deputy`` act in the principal's role, from an hour before noon on."""
    with transaction(session):
        mandate = Mandate(
            principal_id=principal,
            deputy_id=deputy,
            role=role,
            scope_kind=PROGRAMME.kind,
            document="archief 2027/1",
            valid_from=NOON - HOUR,
            valid_until=NOON + hours * HOUR,
            given_at=NOON - HOUR,
        )
        session.add(mandate)
        session.flush()
        return mandate.id


def mark_demonstration(session: Session) -> None:
    with transaction(session):
        session.add(Deployment(id=1, demonstration=True))


def shown(session: Session, subject_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """What both persons read: the old name and the new one."""
    old = session.scalar(select(Organisation.name).where(Organisation.id == subject_id))
    return {"from": old, "to": wish["name"]}


def carry_out(
    session: Session,
    subject_id: int,
    content: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Rename, once."""
    locked(session, subject_id).name = content["to"]


def locked(session: Session, subject_id: int) -> Organisation:
    return session.get_one(Organisation, subject_id, with_for_update=True, populate_existing=True)


def found_slowly(
    session: Session,
    subject_id: int,
    content: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Add an organisation, slowly and without a lock of its own: twice would be two."""
    time.sleep(0.2)
    name = f"Stichting {uuid.uuid4()}"
    session.add(Organisation(kind=OrganisationKind.BOARD, name=name))


FOUND = register_act(
    Act(
        name="found_organisation",
        propose=Permission.AWARD_PROPOSE,
        approve=Permission.AWARD_APPROVE,
        scopes=lambda session, subject_id: (PROGRAMME,),
        shown=lambda session, subject_id, wish: wish,
        lock=lambda session, subject_id: None,
        carry_out=found_slowly,
        titles=lambda session, subject_id: ("Stichting", "Foundation"),
    )
)
RENAME = register_act(
    Act(
        name="rename_organisation",
        propose=Permission.AWARD_PROPOSE,
        approve=Permission.AWARD_APPROVE,
        scopes=lambda session, subject_id: (PROGRAMME,),
        shown=shown,
        lock=locked,
        carry_out=carry_out,
        titles=lambda session, subject_id: ("Hernoemen", "Renaming"),
    )
)
