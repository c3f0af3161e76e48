"""Databases for the tests: every test of the data layer runs on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.postgres import postgres_server, throwaway_database
from trials.database import make_engine
from trials.schema import metadata

__all__ = ["postgres_server"]

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session", params=BACKENDS)
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database per backend with the whole schema; tests leave nothing in it."""
    with _database(request, tmp_path_factory.mktemp("shared")) as engine:
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
    with _database(request, tmp_path) as engine:
        metadata.create_all(engine)
        yield engine
        engine.dispose()


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        yield make_engine(f"sqlite:///{folder}/test.sqlite")
        return
    server = request.getfixturevalue("postgres_server")
    with throwaway_database(server) as url:
        yield make_engine(url)
