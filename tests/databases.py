"""A database of either kind for a fixture."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from migrations import runner
from tests.postgres import throwaway_database
from trials.database import make_engine
from trials.schema import metadata

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@contextmanager
def database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Yield an engine on an empty database of the kind ``request.param`` names."""
    if request.param == "sqlite":
        made = sqlite_database(folder)
    else:
        made = postgresql_database(request.getfixturevalue("postgres_server"))
    with made as engine:
        yield engine


@contextmanager
def sqlite_database(folder: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{folder}/test.sqlite")
    yield engine
    engine.dispose()


@contextmanager
def postgresql_database(server: str, *, model: str = "template1") -> Iterator[Engine]:
    with throwaway_database(server, model=model) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@contextmanager
def database_with_tables(
    request: pytest.FixtureRequest, folder: Path, *, made: str = "model"
) -> Iterator[Engine]:
    """The same with the whole schema in it, copied from one that was made before.

    ``made`` is ``model`` for the tables as the code has them, ``migrated`` for those of the
    revisions.
    """
    model: str = request.getfixturevalue(f"{request.param}_{made}")
    if request.param == "sqlite":
        shutil.copy(model, folder / "test.sqlite")
        copy = sqlite_database(folder)
    else:
        copy = postgresql_database(request.getfixturevalue("postgres_server"), model=model)
    with copy as engine:
        yield engine


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with every table, to copy."""
    return _sqlite_file(tmp_path_factory.mktemp("model"), metadata.create_all)


@pytest.fixture(scope="session")
def sqlite_migrated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that went through every revision, to copy."""
    return _sqlite_file(tmp_path_factory.mktemp("migrated"), runner.upgrade)


@pytest.fixture(scope="session")
def postgresql_model(postgres_server: str) -> Iterator[str]:
    """The name of a database with every table, to copy."""
    with postgresql_database(postgres_server) as engine:
        yield _database_name(engine, metadata.create_all)


@pytest.fixture(scope="session")
def postgresql_migrated(postgres_server: str) -> Iterator[str]:
    """The name of a database that went through every revision, to copy."""
    with postgresql_database(postgres_server) as engine:
        yield _database_name(engine, runner.upgrade)


def _sqlite_file(folder: Path, make_tables: Callable[[Engine], None]) -> str:
    with sqlite_database(folder) as engine:
        make_tables(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return str(engine.url.database)


def _database_name(engine: Engine, make_tables: Callable[[Engine], None]) -> str:
    make_tables(engine)
    engine.dispose()  # PostgreSQL copies no database that somebody is in
    return str(engine.url.database)


def number_apart(engine: Engine) -> None:
    """Let each table count from a number of its own, so that no test takes one id for another."""
    with engine.begin() as connection:
        found = connection.execute(text("SELECT sequencename FROM pg_sequences ORDER BY 1"))
        for place, name in enumerate(found.scalars().all(), start=1):
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART WITH {place * 1000 + 1}'))
