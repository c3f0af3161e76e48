"""A pupil who leaves the school is marked, and stays in what it was drawn into."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import DAY, KEYS, PUPILS, School
from tests.trials.school_trial import NOON, drawn
from trials.calls.models import Trial
from trials.errors import BadInput, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.measurements.models import Pupil
from trials.measurements.queries import school_pupils
from trials.measurements.services import note_pupil_left
from trials.permissions import Actor


def left(school: School, number: str = "101", day: date = DAY, actor: Actor | None = None) -> Pupil:
    return note_pupil_left(
        school.session,
        signup_id=school.signup.id,
        number=number,
        left_on=day,
        keys=KEYS,
        actor=actor or school.coordinator,
        now=NOON,
    )


def test_who_leaves_is_counted_apart_and_erased_nowhere(session: Session, school: School) -> None:
    school.send(PUPILS)
    drawn(session, school.scene, school.signup)

    pupil = left(school)

    assert pupil.left_at == datetime.fromisoformat("2027-02-01T00:00:00+01:00")
    assert (pupil.erased_at, pupil.covariates["sex"]) == (None, "0")
    seen = school_pupils(session, school.signup.id, school.coordinator)
    assert (seen.listed, seen.left) == (2, 1)


def test_a_leaver_is_on_the_list_and_left_no_later_than_today(school: School) -> None:
    school.send(PUPILS)

    with pytest.raises(BadInput, match="not on the list"):
        left(school, "999")
    with pytest.raises(BadInput, match="yet to come"):
        left(school, day=NOON.date() + timedelta(days=1))
    with pytest.raises(BadInput, match="is not between 2000 and 2099"):
        left(school, day=date(1, 1, 1))
    with pytest.raises(NotFound):
        left(school, actor=school.scene.manager)


def test_nobody_leaves_once_outcomes_are_locked(session: Session, school: School) -> None:
    school.send(PUPILS)
    drawn(session, school.scene, school.signup)
    session.get_one(Trial, school.scene.trial_id).state = TrialState.MEASURED
    session.commit()

    with pytest.raises(NotReady, match="does not change any more"):
        left(school)
