"""What was erased is erased again, once, wherever an older copy still holds it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import BASELINE, DAY, KEYS, PUPILS, School
from tests.trials.school_trial import NOON
from trials.audit import AuditRow
from trials.database import transaction
from trials.measurements.models import Measurement, Objection, Pupil, UploadKind
from trials.measurements.services import record_objection
from trials.measurements.services.objecting import erase_pupil
from trials.measurements.tombstones import Tombstone, replay_erasures, tombstones


@pytest.fixture
def listed(school: School) -> School:
    school.send(PUPILS)
    school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    return school


def an_objection(session: Session, school: School, **changes: object) -> Tombstone:
    """Return the stone of an objection to pupil 101 as another copy of the database has it."""
    pupil = session.scalars(select(Pupil).order_by(Pupil.id)).first()
    assert pupil is not None
    stone = {
        "kind": "objection",
        "signup": school.signup.id,
        "number_hmac": pupil.school_number_hmac,
        "instrument": "",
        "pupils": 1,
        "at": NOON.isoformat(),
    }
    return stone | changes


def test_a_forgotten_objection_is_honoured_again_and_only_once(
    session: Session, listed: School
) -> None:
    stone = an_objection(session, listed)

    assert replay_erasures(session, [stone], now=NOON) == 1
    assert replay_erasures(session, [stone], now=NOON) == 0

    pupil = session.scalars(select(Pupil).where(Pupil.erased_at.is_not(None))).one()
    assert session.scalars(select(Objection.pupil_id)).all() == [pupil.id]
    last = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert last is not None
    assert (last.event, last.details) == ("erasures_replayed", {"erasures": 1})


def test_an_objection_to_one_instrument_takes_only_its_scores(
    session: Session, listed: School
) -> None:
    stone = an_objection(session, listed, instrument="language_pre")
    before = session.scalar(select(func.count(Measurement.id)))

    replay_erasures(session, [stone], now=NOON)

    assert session.scalar(select(func.count(Measurement.id))) == before - 1
    assert session.scalars(select(Pupil).where(Pupil.erased_at.is_not(None))).all() == []


def test_a_pupil_erased_for_its_age_is_erased_again(session: Session, listed: School) -> None:
    pupil = session.scalars(select(Pupil)).first()
    assert pupil is not None
    stone = {"kind": "pupil", "id": pupil.id, "pseudonym": pupil.pseudonym, "at": NOON.isoformat()}

    assert replay_erasures(session, [stone], now=NOON) == 1

    assert session.get_one(Pupil, pupil.id).erased_at == NOON


@pytest.mark.parametrize(
    "stone",
    [
        {"kind": "pupil", "id": 1, "pseudonym": "someone else", "at": NOON.isoformat()},
        {"kind": "pupil", "id": 999, "pseudonym": "abc", "at": NOON.isoformat()},
    ],
)
def test_a_pupil_who_is_another_or_unknown_is_left_alone(
    session: Session, listed: School, stone: Tombstone
) -> None:
    assert replay_erasures(session, [stone], now=NOON) == 0
    assert session.scalars(select(Pupil).where(Pupil.erased_at.is_not(None))).all() == []


def test_an_objection_of_a_younger_sign_up_has_nothing_to_erase(
    session: Session, listed: School
) -> None:
    assert replay_erasures(session, [an_objection(session, listed, signup=999)], now=NOON) == 0


def test_the_list_tells_of_every_erasure(session: Session, listed: School) -> None:
    record_objection(
        session,
        signup_id=listed.signup.id,
        number="101",
        keys=KEYS,
        actor=listed.coordinator,
        now=NOON,
    )
    with transaction(session):
        other = session.scalars(select(Pupil).where(Pupil.erased_at.is_(None))).first()
        assert other is not None
        erase_pupil(session, other, NOON)

    assert [stone["kind"] for stone in tombstones(session)] == ["objection", "pupil", "pupil"]
