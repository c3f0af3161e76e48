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

SECRET = "a-secret-of-the-tests-of-more-than-32-characters"


@pytest.fixture(scope="session")
def catalogues() -> None:
    compile_all()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    with Session(shared_engine) as session:
        yield session
    _wipe(shared_engine)


@pytest.fixture
def settings() -> Settings:
    return Settings(secret_key=SECRET)


@pytest.fixture
def app(shared_engine: Engine, session: Session, settings: Settings, catalogues: None) -> Flask:
    """The application as it runs for a real programme; CSRF has its own tests."""
    session.commit()  # a deployment row set up before counts
    app = create_app(settings, shared_engine)
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
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            connection.commit()
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
        connection.commit()
