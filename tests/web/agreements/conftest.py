"""The trial of the documents' own tests, at noon."""

import pytest

from tests.trials.agreements.cast import NOON, Parties


@pytest.fixture
def parties(session):
    return Parties(session)


@pytest.fixture
def visit(client, app):
    """Return the client as one of the parties by name, or as nobody."""
    app.config["CLOCK"] = lambda: NOON

    def as_person(parties: Parties, who: str | None = None):
        person_id = None if who is None else parties.people[who]
        client.application.config["WHO"] = lambda _session, _now: person_id
        return client

    return as_person
