"""After the last day of the protocol nothing personal is left, and the key is gone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import BASELINE, DAY, PUPILS, School
from trials.errors import NotReady
from trials.jobs import Tools
from trials.measurements import retention
from trials.measurements.keys import KeyFolder
from trials.measurements.models import Measurement, Pupil, UploadKind
from trials.measurements.services import erase_after_retention

LAST_DAY = datetime(2038, 8, 31, 20, tzinfo=UTC)  # of the protocol, in the evening
DAY_AFTER = datetime(2038, 8, 31, 22, tzinfo=UTC)  # midnight in Amsterdam


@pytest.fixture
def listed(school: School) -> School:
    school.send(PUPILS)
    school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    return school


def test_nothing_is_erased_on_the_last_day(session: Session, listed: School) -> None:
    with pytest.raises(NotReady, match="kept until 2038-08-31"):
        erase_after_retention(session, trial_id=listed.scene.trial_id, now=LAST_DAY)


def test_the_day_after_only_tombstones_are_left(session: Session, listed: School) -> None:
    assert erase_after_retention(session, trial_id=listed.scene.trial_id, now=DAY_AFTER) == 3
    assert erase_after_retention(session, trial_id=listed.scene.trial_id, now=DAY_AFTER) == 0

    session.expire_all()
    pupils = session.scalars(select(Pupil)).all()
    assert {(p.school_number_hmac, str(p.covariates), p.erased_at) for p in pupils} == {
        (None, "{}", DAY_AFTER)
    }
    assert session.scalar(select(func.count()).select_from(Measurement)) == 0


@pytest.mark.parametrize(("now", "found"), [(LAST_DAY, False), (DAY_AFTER, True)])
def test_the_sweep_finds_what_is_overdue(
    session: Session, listed: School, tmp_path: Path, now: datetime, found: bool
) -> None:
    tools = _tools(session, tmp_path, now)

    assert list(retention.overdue(tools)) == ([("retention", listed.scene.trial_id)] * found)


def test_the_job_erases_and_destroys_the_key(
    session: Session, listed: School, tmp_path: Path
) -> None:
    keys, trial_id = KeyFolder(tmp_path / "keys"), listed.scene.trial_id
    keys.key(trial_id)
    tools = _tools(session, tmp_path, DAY_AFTER)

    retention.retire(trial_id, lambda function, *ids: function(tools, *ids))

    assert list(retention.overdue(tools)) == []
    with pytest.raises(NotReady, match="destroyed"):
        keys.key(trial_id)


def _tools(session: Session, folder: Path, now: datetime) -> Tools:
    class Same:
        def __enter__(self) -> Session:
            return session

        def __exit__(self, *_: object) -> None:
            session.rollback()

    return Tools(
        sessions=lambda: Same(),  # type: ignore[return-value, arg-type]
        clock=lambda: now,
        base_url="",
        secret_key="",
        sender="",
        var=folder,
    )
