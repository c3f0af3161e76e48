"""The revisions lead to exactly the tables of the code, step by step, there and back."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import op
from sqlalchemy import Engine, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from migrations import runner
from migrations.drift import drift
from tests.trials.measurements.conftest import BASELINE, DAY, PUPILS, School
from tests.trials.school_trial import complete, designed_trial, open_call
from trials.audit import ChainCheck, record, verify_chain
from trials.database import transaction
from trials.measurements.models import UploadKind
from trials.register.models import Board
from trials.schema import metadata

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
VERSIONS = Path(runner.FOLDER) / "versions"


def described(engine: Engine) -> dict[str, object]:
    """Return the schema as the database itself puts it into words."""
    inspector = inspect(engine)
    parts = {
        "columns": inspector.get_multi_columns(),
        "primary": inspector.get_multi_pk_constraint(),
        "unique": inspector.get_multi_unique_constraints(),
        "foreign": inspector.get_multi_foreign_keys(),
        "checks": inspector.get_multi_check_constraints(),
        "indexes": inspector.get_multi_indexes(),
    }
    return {
        f"{part} of {table}": sorted(map(in_words, found if isinstance(found, list) else [found]))
        for part, tables in parts.items()
        for (_schema, table), found in tables.items()
        if table != "alembic_version"
    }


def in_words(part: Mapping[str, object]) -> str:
    return re.sub(r"\s+", " ", str(sorted((key, str(value)) for key, value in part.items())))


def test_there_is_one_line_of_revisions() -> None:
    assert runner.revisions() == [
        f"{number:04}" for number in range(1, len(runner.revisions()) + 1)
    ]
    assert runner.head() == runner.revisions()[-1]


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("2*.py")), ids=lambda path: path.name)
def test_a_revision_says_why_and_goes_both_ways(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert re.match(r'"""[A-Z][^"]{20,}\.\n?', source)
    assert "from trials" not in source
    assert "import trials" not in source
    assert re.search(r"def downgrade\(\) -> None:\n    (?!pass)", source)
    assert len(source.splitlines()) <= 400


def test_the_newest_revision_is_what_the_code_expects(empty_engine: Engine) -> None:
    runner.upgrade(empty_engine)

    assert runner.current(empty_engine) == runner.head()
    assert drift(empty_engine, metadata) == []


def test_the_newest_revision_is_what_the_tables_of_the_tests_are(empty_engine: Engine) -> None:
    """Compared as the database words it, to the letter.

    From a copy of the tables: once SQLAlchemy has altered a table on PostgreSQL to add a key, it
    leaves that key out of the same table object on SQLite.
    """
    runner.upgrade(empty_engine)
    migrated = described(empty_engine)
    runner.downgrade(empty_engine, "base")
    copied = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(copied)

    copied.create_all(empty_engine)

    assert migrated == described(empty_engine)


def test_every_revision_goes_up_down_and_up_again(empty_engine: Engine) -> None:
    for revision in runner.revisions():
        runner.upgrade(empty_engine, revision)
        before = described(empty_engine)
        runner.downgrade(empty_engine)
        runner.upgrade(empty_engine, revision)
        assert described(empty_engine) == before, revision

    runner.downgrade(empty_engine, "base")
    assert inspect(empty_engine).get_table_names() == ["alembic_version"]


def test_every_step_back_takes_its_own_rows_and_leaves_the_others(empty_engine: Engine) -> None:
    """With a trial in it: a school signed up, its pupils and their pre-test."""
    runner.upgrade(empty_engine)
    with Session(empty_engine) as session:
        scene = designed_trial(session)
        open_call(session, scene)
        school = School(session, scene, complete(session, scene))
        school.send(PUPILS)
        school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    before = counts(empty_engine)
    assert sum(count > 0 for count in before.values()) > 20

    for revision in reversed(runner.revisions()):
        runner.downgrade(empty_engine)
        left = counts(empty_engine)
        assert left.items() <= before.items(), revision
    assert left == {}
    runner.upgrade(empty_engine)

    assert drift(empty_engine, metadata) == []


def test_the_audit_chain_outlives_a_step_back(empty_engine: Engine) -> None:
    runner.upgrade(empty_engine)
    with Session(empty_engine) as session, transaction(session):
        record(session, "person_made", "person:1", by=None, at=NOON)

    runner.downgrade(empty_engine, "0002")
    runner.upgrade(empty_engine)

    with Session(empty_engine) as session:
        assert verify_chain(session) == ChainCheck(1)


def counts(engine: Engine) -> dict[str, int]:
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    with engine.connect() as connection:
        return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}


def test_the_audit_chain_begins_with_the_first_revision(empty_engine: Engine) -> None:
    runner.upgrade(empty_engine)

    with empty_engine.connect() as connection:
        head = connection.execute(text("SELECT id, last, hash FROM audit_head")).one()
    assert tuple(head) == (1, 0, "0" * 64)


def test_a_revision_that_fails_half_way_leaves_nothing(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite too, where altering a table usually commits by itself."""

    def fail(*_args: object, **_options: object) -> None:
        raise OSError("disk full")

    runner.upgrade(empty_engine, "0001")
    before = described(empty_engine)
    monkeypatch.setattr(op, "create_index", fail)
    with pytest.raises(OSError, match="disk full"):
        runner.upgrade(empty_engine)

    assert runner.current(empty_engine) == "0001"
    assert described(empty_engine) == before


def test_foreign_keys_hold_again_afterwards(empty_engine: Engine) -> None:
    runner.upgrade(empty_engine)

    with Session(empty_engine) as session:
        session.add(Board(number="10249", organisation_id=99))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_database_of_unknown_origin_is_left_alone(fresh_engine: Engine) -> None:
    with pytest.raises(runner.MigrationRefused, match="holds tables but no revision"):
        runner.upgrade(fresh_engine)


def test_nothing_to_go_back_from_is_said(empty_engine: Engine) -> None:
    with pytest.raises(runner.MigrationRefused, match="no revision to go back from"):
        runner.downgrade(empty_engine)
