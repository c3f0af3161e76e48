"""A database of either kind for a fixture."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

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
def database_with_tables(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """The same with the whole schema in it, copied from one that was made before."""
    model: str = request.getfixturevalue(f"{request.param}_model")
    if request.param == "sqlite":
        shutil.copy(model, folder / "test.sqlite")
        made = sqlite_database(folder)
    else:
        made = postgresql_database(request.getfixturevalue("postgres_server"), model=model)
    with made as engine:
        yield engine


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with every table, to copy."""
    path = tmp_path_factory.mktemp("model") / "model.sqlite"
    _make_tables(f"sqlite:///{path}")
    return str(path)


@pytest.fixture(scope="session")
def postgresql_model(postgres_server: str) -> Iterator[str]:
    """The name of a database with every table, to copy."""
    with throwaway_database(postgres_server) as url:
        _make_tables(url)
        yield str(make_url(url).database)


def _make_tables(url: str) -> None:
    engine = make_engine(url)
    metadata.create_all(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def number_apart(engine: Engine) -> None:
    """Let each table count from a number of its own, so that no test takes one id for another."""
    with engine.begin() as connection:
        found = connection.execute(text("SELECT sequencename FROM pg_sequences ORDER BY 1"))
        for place, name in enumerate(found.scalars().all(), start=1):
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART WITH {place * 1000 + 1}'))
