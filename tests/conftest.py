"""Databases for the tests: every test of the data layer runs on SQLite and PostgreSQL."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from xdist.scheduler import LoadFileScheduling

from tests.databases import (
    BACKENDS,
    database_with_tables,
    number_apart,
    postgresql_database,
    postgresql_migrated,
    postgresql_model,
    sqlite_database,
    sqlite_migrated,
    sqlite_model,
)
from tests.played import played, played_engine, played_postgresql, played_sqlite
from tests.postgres import postgres_server
from trials.schema import metadata

__all__ = [
    "played",
    "played_engine",
    "played_postgresql",
    "played_sqlite",
    "postgres_server",
    "postgresql_migrated",
    "postgresql_model",
    "sqlite_migrated",
    "sqlite_model",
]


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Cheaper password hashes: the real ones take 150 ms and 64 MiB each."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trials.people.passwords.HASHER", cheap)
        patch.setattr("trials.people.passwords.NOBODY", cheap.hash("nobody at all"))
        yield


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with sqlite_database(tmp_path_factory.mktemp("shared")) as engine:
        metadata.create_all(engine)
        yield engine


@pytest.fixture(scope="session")
def shared_postgresql(postgres_server: str) -> Iterator[Engine]:
    with postgresql_database(postgres_server) as engine:
        metadata.create_all(engine)
        number_apart(engine)
        yield engine


@pytest.fixture(scope="session", params=BACKENDS)
def shared_engine(request: pytest.FixtureRequest) -> Engine:
    """One database per backend with the whole schema; tests leave nothing in it.

    It is made once: pytest forgets what a fixture with parameters gave when they change.
    """
    engine: Engine = request.getfixturevalue(f"shared_{request.param}")
    return engine


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
    with database_with_tables(request, tmp_path) as engine:
        yield engine


class OneBrowser(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Whole files to each worker, and all browsers to one of them.

    Two browsers at once on two cores make each other wait beyond their patience.
    """

    def _split_scope(self, nodeid: str) -> str:
        browser = "tests/browser/"
        return browser if nodeid.startswith(browser) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)  # tests run without workers too
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    return OneBrowser(config, log)


def pytest_collection_finish() -> None:
    """Spare the collector what is never garbage: modules and tests, half a million objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
