"""The first page shows a stranger what runs, and what will stand there before anything does."""

import pytest

from tests.trials.calls.cast import Programme
from tests.trials.school_trial import NOON, designed_trial, open_call, sent


@pytest.fixture
def at_noon(app):
    app.config["CLOCK"] = lambda: NOON


def test_before_anything_has_happened_it_says_what_will_stand_here(client):
    page = client.get("/").text

    for promise in (
        "Hier staan onderzoeken die scholen zoeken",
        "Hier staan oproepen voor aanpakken en voor evaluatoren",
        "Hier staat elk onderzoek vanaf de toekenning",
    ):
        assert promise in page


def test_a_trial_that_looks_for_schools_shows_its_places_and_its_deadline(client, session, at_noon):
    scene = designed_trial(session)
    open_call(session, scene, places=80)
    sent(session, scene)

    page = client.get("/").text

    assert "Samen lezen in tweetallen" in page
    assert "1 van 80 bezet" in page
    assert "13 maart 2027, 12.00\N{NO-BREAK SPACE}uur" in page


def test_an_open_call_is_there_and_a_closed_one_is_not(client, session, at_noon):
    programme = Programme(session)
    programme.published_call()
    programme.published_call(title_nl="Al gesloten", closes_at=NOON, questions_until=NOON)

    page = client.get("/").text

    assert "Oproep kansrijke interventies" in page
    assert "Al gesloten" not in page


def test_the_page_is_as_complete_in_english(client, session, at_noon):
    open_call(session, designed_trial(session))
    client.get("/language/en")

    page = client.get("/").text

    assert "Reading together in pairs" in page
    assert "0 of 2 taken" in page
    assert "13 March 2027, 12:00" in page
