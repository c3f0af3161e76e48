"""The list of erasures is there every day, without anybody thinking of it."""

import json
import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from tests.trials.measurements.conftest import KEYS, PUPILS, School
from tests.trials.school_trial import NOON
from trials.jobs import Tools
from trials.measurements.erased_list import A_DAY, LIST, keep_list
from trials.measurements.services import record_objection


def test_the_list_is_written_anew_when_it_is_a_day_old(
    session: Session, school: School, tmp_path: Path
) -> None:
    def same() -> Session:
        return Session(session.connection(), join_transaction_mode="create_savepoint")

    tools = Tools(same, lambda: NOON, "http://localhost", "key", "L <l@l.nl>", tmp_path)
    list(keep_list(tools))
    assert _lines(tmp_path) == []

    school.send(PUPILS)
    who = {"signup_id": school.signup.id, "actor": school.coordinator}
    record_objection(session, number="101", keys=KEYS, now=NOON + timedelta(hours=1), **who)
    list(keep_list(tools))
    assert _lines(tmp_path) == []
    yesterday = (tmp_path / LIST).stat().st_mtime - A_DAY
    os.utime(tmp_path / LIST, (yesterday, yesterday))
    list(keep_list(tools))

    assert len(_lines(tmp_path)) >= 1


def _lines(folder: Path) -> list[object]:
    return [json.loads(line) for line in (folder / LIST).read_text().splitlines()]
