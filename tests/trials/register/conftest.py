"""The register with every carried file in it, once per database; and people to import with."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.postgres import throwaway_database
from trials.database import make_engine
from trials.people.models import Person, SignInMethod
from trials.permissions import PROGRAMME, Actor, HeldRole, Role
from trials.register.published import published_files
from trials.register.services import import_file
from trials.schema import metadata

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


def an_administrator(session: Session) -> Actor:
    person = Person(
        name="Voorbeeld Beheerder",
        email="beheer@voorbeeld.example",
        method=SignInMethod.PASSWORD,
        created_at=NOON,
    )
    session.add(person)
    session.commit()
    return Actor(person.id, frozenset({HeldRole(Role.ADMINISTRATOR, PROGRAMME)}))


@pytest.fixture
def administrator(session: Session) -> Actor:
    return an_administrator(session)


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def filled_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A database that holds all carried files; nobody writes to it."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('register')}/test.sqlite")
        _fill(engine)
        yield engine
        engine.dispose()
        return
    with throwaway_database(request.getfixturevalue("postgres_server")) as url:
        engine = make_engine(url)
        _fill(engine)
        yield engine
        engine.dispose()


def _fill(engine: Engine) -> None:
    metadata.create_all(engine)
    with Session(engine) as session:
        actor = an_administrator(session)
        for file in published_files():
            import_file(
                session,
                name=file.name,
                content=file.content(),
                reference_date=file.reference_date,
                actor=actor,
                now=NOON,
            )


@pytest.fixture
def register(filled_engine: Engine) -> Iterator[Session]:
    """A session for reading the filled register."""
    with Session(filled_engine) as session:
        yield session
