"""Outcomes: after the plan, with how blind the tester was, version by version, then locked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import (
    DAY,
    KEYS,
    LATER,
    OUTCOME,
    PUPILS,
    School,
)
from tests.trials.school_trial import drawn
from trials.calls.models import Trial
from trials.errors import BadInput, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.measurements.models import (
    Blinding,
    ClassMoment,
    Measurement,
    OutcomeWave,
    PupilClass,
)
from trials.measurements.services import correct_score, lock_outcomes
from trials.permissions import Actor


@pytest.fixture
def tested(session: Session, school: School) -> School:
    """A drawn school with a pupil list, whose outcomes may come in."""
    school.send(PUPILS)
    drawn(session, school.scene, school.signup)
    return school


def test_no_outcome_comes_in_before_the_plan_is_locked(session: Session, school: School) -> None:
    school.send(PUPILS)
    drawn(session, school.scene, school.signup, plan=False)

    with pytest.raises(NotReady, match="before the analysis plan is locked"):
        school.send_outcome()

    assert session.scalars(select(Measurement)).all() == []
    assert school.signup.trial.first_outcome_at is None


def test_no_outcome_comes_in_before_the_draw(session: Session, tested: School) -> None:
    tested.signup.trial.state = TrialState.SEALED
    session.commit()

    with pytest.raises(NotReady, match="after the draw"):
        tested.send_outcome()


def test_an_outcome_keeps_its_blinding_class_and_moment(session: Session, tested: School) -> None:
    tested.send_outcome()

    scores = session.execute(select(Measurement.value, Measurement.blinding)).all()
    assert scores == [(40.0, Blinding.BLIND), (50.0, Blinding.BLIND)]
    moments = session.scalars(
        select(PupilClass.moment).where(PupilClass.moment == ClassMoment.TEST)
    ).all()
    assert len(moments) == 3
    assert tested.signup.trial.first_outcome_at == LATER


def test_a_later_outcome_leaves_the_first_moment_alone(tested: School) -> None:
    tested.send_outcome()
    tested.send_outcome(OUTCOME.replace(b"103;8b;", b"103;8b;30"), now=LATER + timedelta(days=1))

    assert tested.signup.trial.first_outcome_at == LATER


def test_blinding_must_be_said_for_each_outcome(tested: School) -> None:
    with pytest.raises(BadInput, match="say for language_post whether"):
        tested.send_outcome(blinding={})


def test_a_test_from_before_the_draw_is_no_outcome(tested: School) -> None:
    with pytest.raises(BadInput) as refusal:
        tested.send_outcome(taken_on=DAY - timedelta(days=1))

    assert "row 2: this test was taken before the draw" in str(refusal.value.problems[0])


def test_the_tester_of_the_trial_may_send_outcomes(tested: School) -> None:
    assert tested.send_outcome(actor=tested.scene.tester).new_scores == 2


def test_the_recruiter_may_not(tested: School) -> None:
    with pytest.raises(NotFound):
        tested.send_outcome(actor=tested.scene.recruiter)


def test_another_score_is_a_correction_that_needs_its_reason(
    session: Session, tested: School
) -> None:
    tested.send_outcome()
    changed = OUTCOME.replace(b"101;8a;40", b"101;8a;41")

    with pytest.raises(BadInput) as refusal:
        tested.send_outcome(changed)
    assert str(refusal.value.problems[0]).startswith(
        "row 2, column language_post: another score is stored already"
    )

    stored = tested.send_outcome(changed, reason="Nakijkfout.")

    assert (stored.new_scores, stored.corrected) == (0, 1)
    versions = session.execute(
        select(Measurement.version, Measurement.value, Measurement.reason)
        .where(Measurement.value.in_([40.0, 41.0]))
        .order_by(Measurement.version)
    ).all()
    assert versions == [(1, 40.0, ""), (2, 41.0, "Nakijkfout.")]


def test_sending_the_same_outcomes_again_adds_nothing(session: Session, tested: School) -> None:
    tested.send_outcome()

    assert tested.send_outcome().new_scores == 0
    assert len(session.scalars(select(Measurement)).all()) == 2


def test_one_score_is_corrected_or_taken_away(session: Session, tested: School) -> None:
    tested.send_outcome()

    gone = _correct(session, tested, value=None, reason="Toets van een ander.")

    assert (gone.version, gone.value) == (2, None)
    with pytest.raises(BadInput, match=r"between 0\.0 and 60\.0"):
        _correct(session, tested, value=61.0, reason="Tikfout.")
    with pytest.raises(BadInput, match="say why"):
        _correct(session, tested, value=39.0, reason=" ")
    for day, told in ((date(2099, 1, 1), "in the future"), (date(9999, 12, 31), "2000 and 2099")):
        with pytest.raises(BadInput, match=told):
            _correct(session, tested, value=39.0, reason="Verkeerde dag.", taken_on=day)


def test_locking_fixes_the_content_and_makes_the_trial_measured(
    session: Session, tested: School
) -> None:
    tested.send_outcome()

    wave = _lock(session, tested)

    assert len(str(wave.content_sha256)) == 64
    trial = session.get_one(Trial, tested.scene.trial_id)
    assert (trial.state, trial.outcomes_locked_at) == (TrialState.MEASURED, LATER)
    with pytest.raises(NotReady, match="round 1 of testing is locked"):
        tested.send_outcome(reason="Te laat.")
    with pytest.raises(NotReady, match="round 1 of testing is locked"):
        _correct(session, tested, value=1.0, reason="Te laat.")
    with pytest.raises(NotReady, match="locked already"):
        _lock(session, tested)


def test_the_locked_hash_tells_one_score_from_another(session: Session, tested: School) -> None:
    tested.send_outcome()
    first = _lock(session, tested).content_sha256
    wave = session.scalars(select(OutcomeWave)).one()
    wave.locked_at = None
    session.scalars(select(Measurement)).first().value += 1  # type: ignore[union-attr, operator]
    session.commit()

    assert _lock(session, tested).content_sha256 != first


def test_an_empty_round_cannot_be_locked(session: Session, tested: School) -> None:
    with pytest.raises(NotReady, match="holds nothing yet"):
        _lock(session, tested)


def test_only_the_trial_manager_locks(session: Session, tested: School) -> None:
    tested.send_outcome()

    with pytest.raises(NotAllowed):
        _lock(session, tested, tested.coordinator)


def _lock(session: Session, school: School, actor: Actor | None = None) -> OutcomeWave:
    return lock_outcomes(
        session,
        trial_id=school.scene.trial_id,
        actor=actor or school.scene.manager,
        now=LATER,
    )


def _correct(
    session: Session,
    school: School,
    value: float | None,
    reason: str,
    taken_on: date | None = None,
) -> Measurement:
    return correct_score(
        session,
        signup_id=school.signup.id,
        number="101",
        instrument_code="language_post",
        value=value,
        taken_on=taken_on,
        outcome=True,
        reason=reason,
        keys=KEYS,
        actor=school.coordinator,
        now=LATER,
    )
