"""The application on both databases, with the whole schema and nothing mocked.

``session`` really commits here, since the application has connections of its own; what a test
leaves behind is wiped. ``client`` first commits what the test has set up, so that the
application sees it and the test afterwards reads fresh rows.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from trials.people.models import Person
from trials.people.sessions import open_session
from trials.schema import metadata
from web.app import create_app
from web.catalogues import compile_all
from web.people.browser import SIGNED_IN
from web.settings import Settings
from web.visitor import read_deployment

USED_SEQUENCES = """
    SELECT setval(format('%I.%I', schemaname, sequencename), 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
SECRET = "a-secret-of-the-tests-of-more-than-32-characters"


@pytest.fixture(scope="session")
def catalogues() -> None:
    compile_all()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    with Session(shared_engine, info={"numbers": "from 1"}) as session:
        yield session
    _wipe(shared_engine)


@pytest.fixture
def settings() -> Settings:
    return Settings(secret_key=SECRET)


@pytest.fixture(scope="session")
def applications() -> dict[Any, tuple[Flask, dict[str, Any]]]:
    """Applications made so far, each with its configuration as it was."""
    return {}


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    shared_engine: Engine,
    session: Session,
    settings: Settings,
    catalogues: None,
    applications: dict[Any, tuple[Flask, dict[str, Any]]],
) -> Flask:
    """The application as it runs for a real programme; CSRF has its own tests.

    Tests share it, since making one takes a tenth of a second; ``own_app`` marks a test that adds
    addresses to it.
    """
    session.commit()  # a deployment row set up before counts
    if request.node.get_closest_marker("own_app"):
        return _made(settings, shared_engine)
    return _shared(applications, settings, shared_engine)


@pytest.fixture
def played_app(
    played_engine: Engine,
    catalogues: None,
    applications: dict[Any, tuple[Flask, dict[str, Any]]],
) -> Flask:
    """The application on the played programme, shared in the same way."""
    return _shared(applications, Settings(), played_engine)


def _shared(
    applications: dict[Any, tuple[Flask, dict[str, Any]]], settings: Settings, engine: Engine
) -> Flask:
    demonstration, clock = read_deployment(engine)
    key = (settings, engine, demonstration)
    if key not in applications:
        made = _made(settings, engine)
        applications[key] = made, dict(made.config)
    app, config = applications[key]
    app.config.clear()
    app.config.update(config, CLOCK=clock)
    return app


def _made(settings: Settings, engine: Engine) -> Flask:
    app = create_app(settings, engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


class CommittingClient(FlaskClient):
    session: Session

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.session.commit()
        return super().open(*args, **kwargs)

    def act_as(self, person: Person) -> None:
        """Sign ``person`` in by a session of their own; set the application's clock first."""
        token = open_session(self.session, person, self.application.config["CLOCK"]())
        self.session.commit()
        with self.session_transaction() as cookie:
            cookie[SIGNED_IN] = token


@pytest.fixture
def client(app: Flask, session: Session) -> CommittingClient:
    app.test_client_class = CommittingClient
    client = app.test_client()
    client.session = session
    return client


def _wipe(engine: Engine) -> None:
    """Empty every table, those that point to others first; numbers begin at 1 again.

    PostgreSQL would do it by TRUNCATE too, which takes a hundred times as long on empty tables.
    """
    deletes = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("; ".join(deletes))
            connection.execute(text(USED_SEQUENCES))
        else:
            for delete in deletes:
                connection.exec_driver_sql(delete)
