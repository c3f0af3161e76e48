"""What delivery asks of schools in both arms, in the same words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.trials.delivery.schools import school_in
from tests.trials.draws import ceremony as act
from trials.delivery.models import EventKind
from trials.delivery.queries import tasks_for
from trials.delivery.services import log_event, log_fidelity
from trials.tasks import TaskState

BEGUN = datetime(2027, 10, 4, 12, tzinfo=UTC)  # five weeks after delivery began


@pytest.fixture
def world(session):
    return act.told_world(session, schools=6)


def kinds(world, name, now=BEGUN):
    return [task.kind for task in tasks_for(world.session, world.actor(name), now)]


def coordinator_in(world, arm):
    return f"coordinator {world.signups.index(school_in(world, arm))}"


def test_a_school_of_either_arm_is_asked_by_the_same_task(world):
    for arm in ("controle", "samen-lezen"):
        assert kinds(world, coordinator_in(world, arm)) == ["delivery_log"]
        assert kinds(world, coordinator_in(world, arm), act.TOLD_AT) == []  # not begun yet


def test_a_school_that_logged_is_left_alone_for_four_weeks(session, world):
    school = school_in(world, "samen-lezen")
    log_fidelity(
        session,
        signup_id=school,
        component="pairing",
        checked_on=date(2027, 10, 4),
        score=80,
        actor=world.actor("provider"),
        now=BEGUN,
    )
    name = coordinator_in(world, "samen-lezen")

    assert kinds(world, name) == []
    assert kinds(world, name, BEGUN + timedelta(days=27)) == []
    assert kinds(world, name, BEGUN + timedelta(days=28)) == ["delivery_log"]


def test_a_control_school_tells_its_usual_practice_once(session, world):
    log_event(
        session,
        signup_id=school_in(world, "controle"),
        kind=EventKind.USUAL_PRACTICE,
        happened_on=date(2027, 10, 1),
        text="Reads aloud twice a week.",
        actor=world.actor("provider"),
        now=BEGUN,
    )

    assert kinds(world, coordinator_in(world, "controle"), BEGUN + timedelta(days=60)) == []


def test_provider_and_trial_manager_have_the_overview(world):
    tasks = tasks_for(world.session, world.actor("provider"), BEGUN)

    assert [(task.kind, task.state) for task in tasks] == [("delivery", TaskState.RUNNING)]
    assert kinds(world, "manager") == ["delivery"]
    assert kinds(world, "analyst") == kinds(world, "officer") == kinds(world, "recruiter") == []
