"""A school that is signed for, in the browser."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.copying import copied
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
def scene_and_signup(session: Session) -> tuple[Scene, int]:
    return copied(session, _signed_school)


def _signed_school(session: Session) -> tuple[Scene, int]:
    scene = designed_trial(session)
    open_call(session, scene)
    grant(session, scene, "manager", Role.TRIAL_MANAGER)
    grant(session, scene, "tester", Role.OUTCOME_TESTER)
    grant(session, scene, "recruiter", Role.RECRUITER)
    return scene, complete(session, scene).id


@pytest.fixture
def scene(scene_and_signup: tuple[Scene, int]) -> Scene:
    return scene_and_signup[0]


@pytest.fixture
def signup_id(scene_and_signup: tuple[Scene, int]) -> int:
    return scene_and_signup[1]


@pytest.fixture
def school(client: CommittingClient, session: Session, scene: Scene) -> CommittingClient:
    """A client that is signed in as the coordinator."""
    client.act_as(session.get_one(Person, scene.people["coordinator"]))
    return client
