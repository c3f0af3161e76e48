"""Refusals read like a person wrote them, moments included."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.trials.school_trial import NOON, Scene, interest
from trials.errors import NotReady
from web.languages import sentence_of


def test_a_call_that_closed_says_when_in_the_time_of_the_reader(
    app: Flask, session: Session, scene: Scene
) -> None:
    with pytest.raises(NotReady) as refused:
        interest(session, scene, now=NOON + timedelta(days=41))

    with app.test_request_context():
        assert (
            sentence_of(refused.value)
            == "Aanmelden kon tot 13 maart 2027, 12.00\N{NO-BREAK SPACE}uur."
        )
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert sentence_of(refused.value) == "Signing up closed on 13 March 2027, 12:00."
