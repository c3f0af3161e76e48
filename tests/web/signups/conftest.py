"""A trial that calls for schools, and persons who may act in it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.trials.school_trial import NOON, Scene, designed_trial, grant, open_call
from trials.people.models import Person
from trials.permissions import Role, ScopeKind


@pytest.fixture(autouse=True)
def clock(app: Flask) -> None:
    """The pages go by the noon of the scene."""
    app.config["CLOCK"] = lambda: NOON


@pytest.fixture
def scene(session: Session) -> Scene:
    """The call is open; officer, manager and recruiter hold their roles."""
    scene = designed_trial(session)
    open_call(session, scene)
    grant(session, scene, "officer", Role.NRO_OFFICER)
    grant(session, scene, "manager", Role.TRIAL_MANAGER)
    grant(session, scene, "recruiter", Role.RECRUITER)
    grant(session, scene, "signatory", Role.BOARD_SIGNATORY, ScopeKind.BOARD, scene.board_id)
    return scene


def person(session: Session, scene: Scene, name: str) -> Person:
    return session.get_one(Person, scene.people[name])
