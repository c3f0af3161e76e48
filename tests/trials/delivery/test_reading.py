"""Who reads delivery, and what stands in it."""

from datetime import date, timedelta

import pytest

from tests.trials.delivery.schools import school_in
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import STAFF
from trials.delivery.models import EventKind
from trials.delivery.queries import (
    costs_of_trial,
    delivery_of_trial,
    doses_of_trial,
    fidelity_of_programme,
    log_of_school,
    versions_of_check,
)
from trials.delivery.services import log_dose, log_event, log_fidelity
from trials.errors import NotAllowed, NotFound
from trials.lifecycle import TrialState

LATER = act.TOLD_AT + timedelta(days=150)
READS = {"manager", "second_manager", "provider"}


@pytest.fixture
def world(session):
    return act.told_world(session, schools=6)


def check(world, signup_id, score, component="pairing", day=date(2027, 9, 8), reason=""):
    return log_fidelity(
        world.session,
        signup_id=signup_id,
        component=component,
        checked_on=day,
        score=score,
        reason=reason,
        actor=world.actor("provider"),
        now=LATER,
    )


def readers(world, read):
    found = set()
    for name in STAFF:
        try:
            read(world.actor(name))
        except NotFound:
            continue
        found.add(name)
    return found


def test_delivery_is_read_by_provider_and_trial_manager_only(session, world):
    """Not by NRO (rule 6), nor by anyone who must stay blind, for fidelity follows the arm."""
    school = school_in(world, "samen-lezen")
    logged = check(world, school, 80)

    assert readers(world, lambda actor: log_of_school(session, school, actor)) == READS
    assert readers(world, lambda actor: versions_of_check(session, logged.id, actor)) == READS
    assert readers(world, lambda actor: delivery_of_trial(session, world.trial_id, actor)) == READS
    paying = READS | {"officer", "director"}
    assert readers(world, lambda actor: costs_of_trial(session, world.trial_id, actor)) == paying


def test_a_school_reads_its_own_log_whatever_its_arm(session, world):
    for arm, delivers in (("controle", False), ("samen-lezen", True)):
        school = school_in(world, arm)
        own = log_of_school(session, school, world.coordinator(world.signups.index(school)))
        assert own.delivers is delivers


def test_the_newest_version_of_a_check_stands(session, world):
    school = school_in(world, "samen-lezen")
    check(world, school, 80)
    check(world, school, 40, reason="Typed the wrong number.")
    check(world, school, 60, component="reading")
    check(world, school, 100, day=date(2027, 9, 10))

    log = log_of_school(session, school, world.actor("provider"))

    assert [(week.component, week.mean) for week in log.weeks] == [("pairing", 70), ("reading", 60)]


def test_the_overview_shows_who_stopped_and_keeps_them_in_the_list(session, world):
    school = school_in(world, "samen-lezen")
    log_dose(
        session,
        signup_id=school,
        week=date(2027, 9, 8),
        sessions=5,
        actor=world.actor("provider"),
        now=LATER,
    )
    log_event(
        session,
        signup_id=school,
        kind=EventKind.WITHDRAWAL_OF_DELIVERY,
        happened_on=date(2027, 10, 1),
        text="The teacher left.",
        actor=world.actor("provider"),
        now=LATER + timedelta(days=30),
    )

    overview = delivery_of_trial(session, world.trial_id, world.actor("manager"))

    assert len(overview.schools) == 6
    line = next(line for line in overview.schools if line.signup.id == school)
    assert (line.delivers, line.sessions, line.withdrew_on) == (True, 5, date(2027, 10, 1))
    assert [(d.signup_id, d.sessions) for d in doses_of_trial(session, world.trial_id)] == [
        (school, 5)
    ]


def test_the_programme_sees_a_mean_of_three_schools_or_more_once_outcomes_are_locked(
    session, world
):
    for number in range(2):
        check(world, school_in(world, "samen-lezen", number), 50)
    trial = world.trial
    observer = world.actor("observer")
    assert fidelity_of_programme(session, observer) == []
    check(world, school_in(world, "samen-lezen", 2), 80)
    assert fidelity_of_programme(session, observer) == []
    trial.advance_to(TrialState.MEASURED)
    trial.outcomes_locked_at = LATER
    session.commit()

    figure = fidelity_of_programme(session, observer)[0]

    assert (figure.schools, figure.mean) == (3, 60)
    with pytest.raises(NotAllowed):
        fidelity_of_programme(session, world.actor("recruiter"))


def test_two_schools_are_too_few_for_a_figure(session, world):
    for number in range(2):
        check(world, school_in(world, "samen-lezen", number), 50)
    trial = world.trial
    trial.advance_to(TrialState.MEASURED)
    trial.outcomes_locked_at = LATER
    session.commit()

    assert fidelity_of_programme(session, world.actor("observer")) == []
