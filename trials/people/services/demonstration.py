"""Making a database a demonstration, and the people who play in it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import NotAllowed, NotReady
from trials.people.enrolment import enrol, give_role
from trials.people.models import Deployment, Organisation, OrganisationKind, Person
from trials.permissions import Role, Scope


def begin_demonstration(session: Session, *, clock: datetime, now: datetime) -> Deployment:
    """Mark an empty database as a demonstration, whose clock stands at ``clock`` when served.

    Repeating it changes nothing. Raises ``NotReady`` on a database that holds people already.
    """
    with transaction(session):
        deployment = session.get(Deployment, 1, with_for_update=True)
        if deployment is not None and deployment.demonstration:
            return deployment
        if session.scalar(select(Person.id).limit(1)) is not None:
            raise NotReady("a demonstration needs an empty database; this one holds people")
        deployment = deployment or Deployment(id=1)
        deployment.demonstration, deployment.clock = True, clock
        session.add(deployment)
        record(session, "demonstration_begun", "deployment:1", by=None, at=now)
    return deployment


def cast_person(
    session: Session,
    *,
    email: str,
    name: str,
    roles: tuple[tuple[Role, Scope], ...],
    organisation: tuple[OrganisationKind, str] | None,
    now: datetime,
) -> Person:
    """Add someone who plays a part, with organisation and roles; one who is there is kept.

    Raises ``NotAllowed`` outside a demonstration.
    """
    with transaction(session):
        deployment = session.get(Deployment, 1)
        if deployment is None or not deployment.demonstration:
            raise NotAllowed("parts are given in a demonstration database only")
        house = _organisation(session, *organisation) if organisation else None
        person = enrol(
            session,
            email=email,
            name=name,
            organisation_id=house.id if house else None,
            now=now,
        )
        for role, scope in roles:
            give_role(session, person, role, scope, by=None, now=now)
    return person


def _organisation(session: Session, kind: OrganisationKind, name: str) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(kind=kind, name=name)
        session.add(found)
        session.flush()
    return found
