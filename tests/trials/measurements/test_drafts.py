"""A file is shown as it was read before it is stored."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import KEYS, PUPILS, School
from tests.trials.school_trial import NOON, drawn
from trials.calls.models import PupilsLiveAt
from trials.errors import BadInput, NotFound, NotReady
from trials.measurements.models import ClassMoment, Pupil, PupilCount, UploadDraft, UploadKind
from trials.measurements.services import (
    Intent,
    accept_upload,
    check_upload,
    discard_upload,
    record_pupil_count,
)


def test_a_checked_file_is_stored_only_when_accepted(session: Session, school: School) -> None:
    draft = _check(session, school)
    assert _pupils(session) == 0

    stored = accept_upload(session, draft_id=draft.id, actor=school.coordinator, now=NOON)

    assert stored.new_pupils == _pupils(session) == 3
    assert session.scalars(select(UploadDraft)).all() == []


def test_a_draft_holds_no_number_of_the_school(session: Session, school: School) -> None:
    draft = _check(session, school, PUPILS.replace(b"101", b"GEHEIM101"))

    assert "GEHEIM" not in str(draft.rows).upper()


def test_accepting_twice_stores_once(session: Session, school: School) -> None:
    draft = _check(session, school)
    accept_upload(session, draft_id=draft.id, actor=school.coordinator, now=NOON)

    with pytest.raises(NotFound, match="send it again"):
        accept_upload(session, draft_id=draft.id, actor=school.coordinator, now=NOON)


def test_a_draft_thrown_away_is_gone(session: Session, school: School) -> None:
    draft = _check(session, school)

    discard_upload(session, draft_id=draft.id, actor=school.coordinator, now=NOON)

    assert session.scalars(select(UploadDraft)).all() == []
    assert _pupils(session) == 0


def test_nobody_else_accepts_a_draft(session: Session, school: School) -> None:
    draft = _check(session, school)
    other = school.scene.coordinator(school.signup.id, name="colleague")

    with pytest.raises(NotFound):
        accept_upload(session, draft_id=draft.id, actor=other, now=NOON)


def test_a_new_draft_replaces_the_earlier_one_and_old_ones_go(
    session: Session, school: School
) -> None:
    _check(session, school)
    second = _check(session, school, now=NOON + timedelta(hours=25)).id

    assert session.scalars(select(UploadDraft.id)).all() == [second]


def test_files_are_refused_where_the_evaluator_keeps_the_pupils(
    session: Session, school: School
) -> None:
    _with_the_evaluator(session, school)

    with pytest.raises(NotReady, match="the evaluator keeps the pupils' data"):
        school.send(PUPILS)
    assert _pupils(session) == 0


def test_numbers_and_fingerprints_are_kept_instead(session: Session, school: School) -> None:
    _with_the_evaluator(session, school)

    _count(session, school, ClassMoment.DRAW, 19)
    _count(session, school, ClassMoment.DRAW, 20)
    drawn(session, school.scene, school.signup)
    _count(session, school, ClassMoment.TEST, 18)

    counts = session.execute(
        select(PupilCount.moment, PupilCount.pupils).order_by(PupilCount.id)
    ).all()
    assert counts == [(ClassMoment.DRAW, 20), (ClassMoment.TEST, 18)]
    assert school.signup.trial.first_outcome_at == NOON


def test_a_fingerprint_must_be_one(session: Session, school: School) -> None:
    _with_the_evaluator(session, school)

    with pytest.raises(BadInput, match="fingerprint has 64"):
        _count(session, school, ClassMoment.DRAW, 19, sha256="x" * 64)


def _with_the_evaluator(session: Session, school: School) -> None:
    school.signup.trial.pupils_live_at = PupilsLiveAt.EVALUATOR
    session.commit()


def _count(
    session: Session, school: School, moment: ClassMoment, pupils: int, sha256: str = "ab" * 32
) -> None:
    record_pupil_count(
        session,
        signup_id=school.signup.id,
        moment=moment,
        pupils=pupils,
        file_sha256=sha256,
        actor=school.coordinator,
        now=NOON,
    )


def _check(session: Session, school: School, content: bytes = PUPILS, now=NOON) -> UploadDraft:
    return check_upload(
        session,
        signup_id=school.signup.id,
        intent=Intent(UploadKind.PUPILS),
        content=content,
        name="lijst.csv",
        keys=KEYS,
        actor=school.coordinator,
        now=now,
    )


def _pupils(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Pupil)) or 0
