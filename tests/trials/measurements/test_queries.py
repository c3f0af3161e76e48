"""Counts for the school, rounds for testers, flags for the report, tasks for each."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import BASELINE, DAY, KEYS, LATER, PUPILS, School
from tests.trials.school_trial import NOON, complete, drawn
from trials.errors import NotFound
from trials.measurements.models import UploadKind
from trials.measurements.queries import (
    baseline_flags,
    rounds,
    school_pupils,
    schools_to_test,
    tasks_for,
)
from trials.measurements.services import lock_outcomes, record_objection
from trials.permissions import Actor
from trials.signups.services import withdraw_signup


def test_counts_of_a_school_are_exact(session: Session, school: School) -> None:
    school.send(PUPILS)
    school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    record_objection(
        session,
        signup_id=school.signup.id,
        number="101",
        keys=KEYS,
        actor=school.coordinator,
        now=NOON,
    )

    seen = school_pupils(session, school.signup.id, school.coordinator)

    assert (seen.listed, seen.erased, seen.objections) == (2, 1, 1)
    assert [scored.pupils for scored in seen.scored][:1] == [1]
    assert seen.classes == ("8a", "8b")
    assert [upload.kind for upload in seen.uploads] == [UploadKind.BASELINE, UploadKind.PUPILS]


@pytest.mark.parametrize("reader", ["officer", "recruiter", "tester", "signatory"])
def test_pupils_are_counted_for_nobody_else(session: Session, school: School, reader: str) -> None:
    with pytest.raises(NotFound):
        school_pupils(session, school.signup.id, getattr(school.scene, reader))


def test_a_tester_sees_drawn_schools_alike_also_one_that_left(
    session: Session, school: School
) -> None:
    school.send(PUPILS)
    other = complete(session, school.scene, 1)
    drawn(session, school.scene, school.signup, other)
    coordinator = school.scene.coordinator(other.id)
    withdraw_signup(session, signup_id=other.id, actor=coordinator, now=LATER)
    school.send_outcome()

    seen = schools_to_test(session, school.scene.trial_id, 1, school.scene.tester)

    assert [(row.school_name, row.came_in) for row in seen] == [
        ("Voorbeeldschool 001", True),
        ("Voorbeeldschool 002", False),
    ]
    [found] = rounds(session, school.scene.trial_id, school.scene.tester)
    assert (found.schools, found.schools_in, found.locked) == (2, 1, False)


def test_a_recruiter_finds_no_round(session: Session, school: School) -> None:
    with pytest.raises(NotFound):
        rounds(session, school.scene.trial_id, school.scene.recruiter)


def test_a_baseline_that_is_missing_or_late_is_flagged(session: Session, school: School) -> None:
    school.send(PUPILS)
    other = complete(session, school.scene, 1)
    drawn(session, school.scene, school.signup, other)
    late = b"pupil;language_pre;taken_on\n101;30;01-02-2027\n102;30;03-02-2027\n"
    school.send(late, UploadKind.BASELINE, now=NOON + timedelta(days=3))

    flags = baseline_flags(session, school.scene.trial_id)

    assert [(f.signup_id, f.missing, f.after_draw) for f in flags] == [
        (school.signup.id, False, 1),
        (other.id, True, 0),
    ]


def test_the_next_file_is_the_task(session: Session, school: School) -> None:
    assert _kinds(session, school.coordinator) == ["pupils_upload"]
    school.send(PUPILS)
    assert _kinds(session, school.coordinator) == ["baseline_upload"]
    school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    assert _kinds(session, school.coordinator) == []

    drawn(session, school.scene, school.signup)
    assert _kinds(session, school.coordinator) == ["outcomes_upload"]
    assert _kinds(session, school.scene.tester) == ["outcome_round"]
    school.send_outcome()
    assert _kinds(session, school.coordinator) == []
    assert _kinds(session, school.scene.manager) == ["outcomes_lock"]

    lock_outcomes(session, trial_id=school.scene.trial_id, actor=school.scene.manager, now=LATER)
    assert [task.state for task in tasks_for(session, school.scene.manager, LATER)] == ["done"]


def test_nothing_waits_for_a_school_once_the_round_is_locked(
    session: Session, school: School
) -> None:
    school.send(PUPILS)
    other = complete(session, school.scene, 1)
    drawn(session, school.scene, school.signup, other)
    school.send_outcome()
    coordinator = school.scene.coordinator(other.id)
    assert "outcomes_upload" in _kinds(session, coordinator)

    lock_outcomes(session, trial_id=school.scene.trial_id, actor=school.scene.manager, now=LATER)

    assert "outcomes_upload" not in _kinds(session, coordinator)


def _kinds(session: Session, actor: Actor) -> list[str]:
    return [task.kind for task in tasks_for(session, actor, LATER)]
