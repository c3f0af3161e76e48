"""A small demonstration, played once per database: twelve schools through all sixteen steps."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.databases import BACKENDS, postgresql_database, sqlite_database
from trials.schema import metadata
from web.demonstration.play import play
from web.demonstration.trials import MASKED, PUBLISHED, READY_TO_SEAL

SMALL = replace(PUBLISHED, schools_wanted=12, schools_signed=12)
SMALL_MASKED = replace(MASKED, schools_wanted=6, schools_signed=6)
SMALL_READY = replace(READY_TO_SEAL, schools_wanted=4, schools_signed=4)


@pytest.fixture(scope="session")
def played_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with sqlite_database(tmp_path_factory.mktemp("played")) as engine:
        yield _play_in(engine)


@pytest.fixture(scope="session")
def played_postgresql(postgres_server: str) -> Iterator[Engine]:
    with postgresql_database(postgres_server) as engine:
        yield _play_in(engine)


@pytest.fixture(scope="session", params=BACKENDS)
def played_engine(request: pytest.FixtureRequest) -> Engine:
    """One database per backend in which the small programme was played; leave it as it is."""
    engine: Engine = request.getfixturevalue(f"played_{request.param}")
    return engine


def _play_in(engine: Engine) -> Engine:
    metadata.create_all(engine)
    play(engine, lambda line: None, trials=(SMALL_MASKED, SMALL_READY, SMALL), files=())
    return engine


@pytest.fixture
def played(played_engine: Engine) -> Iterator[Session]:
    """A session in the played programme whose commits leave no trace."""
    with played_engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()
