"""Databases for the tests: every test of the data layer runs on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.databases import BACKENDS, database
from tests.played import played, played_engine
from tests.postgres import postgres_server
from trials.schema import metadata

__all__ = ["played", "played_engine", "postgres_server"]


@pytest.fixture(scope="session", params=BACKENDS)
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database per backend with the whole schema; tests leave nothing in it."""
    with database(request, tmp_path_factory.mktemp("shared")) as engine:
        metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints: services commit, the test still leaves no trace."""
    with shared_engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture(params=BACKENDS)
def fresh_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of one's own, for tests of concurrency, migration and restart."""
    with database(request, tmp_path) as engine:
        metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker whole files, and one of them all that asks for the played programme."""
    for item in items:
        played = "played_engine" in getattr(item, "fixturenames", ())
        group = "played" if played else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
