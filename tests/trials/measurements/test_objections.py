"""Law goes first: an objection erases, a tombstone stays, and no file brings the pupil back."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import BASELINE, DAY, KEYS, PUPILS, School
from tests.trials.school_trial import NOON
from trials.audit import AuditRow
from trials.errors import BadInput, NotFound
from trials.measurements.models import (
    Measurement,
    Objection,
    Pupil,
    PupilClass,
    UploadDraft,
    UploadKind,
)
from trials.measurements.services import Intent, check_upload, record_objection


@pytest.fixture
def listed(school: School) -> School:
    school.send(PUPILS)
    school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    return school


def test_an_objection_erases_the_pupil_and_leaves_a_tombstone(
    session: Session, listed: School
) -> None:
    objection = _object(session, listed, number="0101")

    pupil = session.get_one(Pupil, objection.pupil_id)
    assert (pupil.covariates, pupil.school_number_hmac, pupil.erased_at) == ({}, None, NOON)
    for model in (Measurement, PupilClass):
        left = select(func.count()).select_from(model).where(model.pupil_id == pupil.id)
        assert session.scalar(left) == 0
    assert session.scalar(select(func.count()).select_from(Pupil)) == 3


def test_no_later_file_brings_the_pupil_back(session: Session, listed: School) -> None:
    _object(session, listed, number="101")

    with pytest.raises(BadInput) as refusal:
        listed.send(PUPILS)

    assert str(refusal.value.problems[0]).startswith("row 2: this pupil's parents objected")
    listed.send(b"pupil\n102\n103\n")


def test_an_objection_before_any_file_counts_too(session: Session, school: School) -> None:
    _object(session, school, number="101")

    with pytest.raises(BadInput, match="1 places in the file"):
        school.send(PUPILS)


def test_an_objection_to_one_instrument_leaves_the_rest(session: Session, listed: School) -> None:
    _object(session, listed, number="101", instrument_code="language_pre")

    assert session.scalars(select(Measurement.value)).all() == [44.5]
    listed.send(PUPILS)
    with pytest.raises(BadInput, match="1 places in the file"):
        listed.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)


def test_an_objection_to_a_test_the_trial_does_not_have_is_refused(
    session: Session, school: School
) -> None:
    with pytest.raises(BadInput, match="does not have that test"):
        _object(session, school, instrument_code="maths")


def test_rows_that_never_left_the_school_are_counted_exactly(
    session: Session, school: School
) -> None:
    _object(session, school, pupils=2)
    _object(session, school, pupils=1)

    assert session.scalar(select(func.sum(Objection.number_of_pupils))) == 3


def test_a_checked_file_that_may_hold_the_pupil_is_thrown_away(
    session: Session, school: School
) -> None:
    check_upload(
        session,
        signup_id=school.signup.id,
        intent=Intent(UploadKind.PUPILS),
        content=PUPILS,
        name="lijst.csv",
        keys=KEYS,
        actor=school.coordinator,
        now=NOON,
    )

    _object(session, school, number="101")

    assert session.scalars(select(UploadDraft)).all() == []


def test_the_audit_chain_holds_counts_and_no_number(session: Session, listed: School) -> None:
    _object(session, listed, number="101")

    row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert row.event == "objection_honoured"
    assert set(row.details) == {"objection", "pupils"}


def test_only_the_school_records_an_objection(session: Session, listed: School) -> None:
    with pytest.raises(NotFound):
        record_objection(
            session,
            signup_id=listed.signup.id,
            number="101",
            keys=KEYS,
            actor=listed.scene.manager,
            now=NOON,
        )


def _object(session: Session, school: School, **what: object) -> Objection:
    return record_objection(
        session,
        signup_id=school.signup.id,
        keys=KEYS,
        actor=school.coordinator,
        now=NOON,
        **what,  # type: ignore[arg-type]
    )
