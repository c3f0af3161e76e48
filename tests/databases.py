"""A database of either kind for a fixture."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.postgres import throwaway_database
from trials.database import make_engine

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@contextmanager
def database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Yield an engine on an empty database of the kind ``request.param`` names."""
    if request.param == "sqlite":
        yield make_engine(f"sqlite:///{folder}/test.sqlite")
        return
    server = request.getfixturevalue("postgres_server")
    with throwaway_database(server) as url:
        yield make_engine(url)
