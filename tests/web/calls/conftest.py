"""The programme of the calls' own tests, at a clock the test sets."""

from datetime import datetime

import pytest

from tests.trials.calls.cast import MONDAY, Programme


@pytest.fixture
def programme(session):
    return Programme(session)


@pytest.fixture
def clock(app, programme):
    """Set the time: ``clock(AFTER)``. It stands at the opening of the call to begin with."""

    def set_to(moment: datetime) -> None:
        app.config["CLOCK"] = lambda: moment

    set_to(MONDAY)
    return set_to


@pytest.fixture
def visit(client, clock):
    """Return the client as a person by id, or as nobody; signing in has tests of its own."""

    def as_person(person_id: int | None = None):
        client.application.config["WHO"] = lambda _session, _now: person_id
        return client

    return as_person
