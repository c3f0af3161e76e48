"""A school that is signed for, in the browser."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.trials.school_trial import NOON, Scene, complete, designed_trial, grant, open_call
from tests.web.conftest import CommittingClient
from trials.people.models import Person
from trials.permissions import Role
from web.settings import Settings


@pytest.fixture
def settings(settings: Settings, tmp_path) -> Settings:
    """Keys of pupils stay in the test's own folder."""
    return Settings(secret_key=settings.secret_key, var=tmp_path)


@pytest.fixture(autouse=True)
def clock(app: Flask) -> None:
    app.config["CLOCK"] = lambda: NOON


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = designed_trial(session)
    open_call(session, scene)
    grant(session, scene, "manager", Role.TRIAL_MANAGER)
    grant(session, scene, "tester", Role.OUTCOME_TESTER)
    grant(session, scene, "recruiter", Role.RECRUITER)
    return scene


@pytest.fixture
def signup_id(session: Session, scene: Scene) -> int:
    return complete(session, scene).id


@pytest.fixture
def school(client: CommittingClient, session: Session, scene: Scene) -> CommittingClient:
    """A client that is signed in as the coordinator."""
    client.act_as(session.get_one(Person, scene.people["coordinator"]))
    return client
