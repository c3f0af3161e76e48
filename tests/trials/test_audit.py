"""The audit chain: whole after a crowd of appends, broken by any change to any field of any row."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from trials.audit import AuditHead, AuditRow, ChainCheck, record, verify_chain
from trials.database import transaction

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
ROWS, TIMES = 48, 3  # seven fields a row, three ways each: 1,008 tampered records
FIELDS = ("at", "actor_id", "event", "subject", "details", "previous", "hash")


def write_chain(session: Session, rows: int) -> None:
    with transaction(session):
        for number in range(1, rows + 1):
            record(
                session,
                "signed" if number % 3 else "sealed",
                f"draw:{number}",
                by=number if number % 5 else None,
                at=NOON + timedelta(seconds=number),
                details={"sha256": f"{number:064x}", "count": number},
            )


def tampered(row: AuditRow, field: str, chance: random.Random) -> Any:
    """Return another value for one field of one row, of the kind the field holds."""
    if field == "at":
        return row.at + timedelta(microseconds=chance.choice([-1, 1]))
    if field == "actor_id":
        return 0 if row.actor_id is None else chance.choice([None, row.actor_id + 1])
    if field == "details":
        return row.details | chance.choice([{"count": -1}, {"more": 0}, {"count": "1"}])
    text = getattr(row, field)
    place = chance.randrange(len(text))
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def test_a_chain_nobody_touched_is_whole(session: Session) -> None:
    assert verify_chain(session) == ChainCheck(0)
    write_chain(session, 3)

    assert verify_chain(session) == ChainCheck(3)


def test_a_thousand_tampered_records_are_all_found(session: Session) -> None:
    """Each field of each row in turn, put back afterwards."""
    write_chain(session, ROWS)
    chance, tried, missed = random.Random(20270104), 0, []

    for number, field, _ in product(range(1, ROWS + 1), FIELDS, range(TIMES)):
        row = session.get_one(AuditRow, number, populate_existing=True)
        value = tampered(row, field, chance)
        assert value != getattr(row, field)
        with session.begin_nested() as put_back:
            change = update(AuditRow).where(AuditRow.id == number).values({field: value})
            session.execute(change)
            tried += 1
            if verify_chain(session).broken_at not in (number, number + 1):
                missed.append((number, field))
            put_back.rollback()

    assert tried >= 1000
    assert missed == []
    assert verify_chain(session) == ChainCheck(ROWS)


def test_a_hash_made_to_fit_breaks_the_next_link(session: Session) -> None:
    write_chain(session, 3)
    with transaction(session):
        row = session.get_one(AuditRow, 2)
        row.event = "unsigned"
        row.hash = row.computed_hash()

    assert verify_chain(session).broken_at == 3


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_row_taken_out_is_missed(session: Session, number: int) -> None:
    write_chain(session, 3)
    with transaction(session):
        session.execute(delete(AuditRow).where(AuditRow.id == number))

    assert verify_chain(session).broken_at == number


def test_a_row_slipped_in_at_the_end_is_found(session: Session) -> None:
    write_chain(session, 3)
    with transaction(session):
        last = session.get_one(AuditRow, 3)
        row = AuditRow(
            id=4,
            at=NOON,
            actor_id=1,
            event="signed",
            subject="draw:4",
            details={},
            previous=last.hash,
        )
        row.hash = row.computed_hash()
        session.add(row)

    assert verify_chain(session).broken_at == 5


def test_moments_are_hashed_in_utc(session: Session) -> None:
    with transaction(session):
        record(session, "signed", "draw:1", by=1, at=NOON.astimezone(ZoneInfo("Europe/Amsterdam")))

    assert verify_chain(session) == ChainCheck(1)


def test_nothing_is_kept_when_the_act_fails(session: Session) -> None:
    def half_way() -> None:
        with transaction(session):
            record(session, "signed", "draw:1", by=1, at=NOON)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        half_way()

    assert session.scalars(select(AuditRow)).all() == []
    assert verify_chain(session) == ChainCheck(0)


def test_appends_at_the_same_moment_keep_the_chain_whole(fresh_engine: Engine) -> None:
    """Eight threads, twenty-five acts each, from the very first row on."""
    ready = Barrier(8)

    def act(person: int) -> None:
        with Session(fresh_engine) as own:
            ready.wait()
            for number in range(25):
                with transaction(own):
                    record(own, "signed", f"draw:{number}", by=person, at=NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))

    with Session(fresh_engine) as session:
        assert verify_chain(session) == ChainCheck(200)
        assert session.get_one(AuditHead, 1).last == 200
