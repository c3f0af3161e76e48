"""``loting db backup`` and ``restore`` on both databases: same rows, same chain, or nothing."""

import hashlib
import json
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from migrations import runner
from migrations.drift import drift
from tests.databases import BACKENDS, database_with_tables
from tests.postgres import throwaway_database
from tests.trials.measurements.conftest import BASELINE, DAY, KEYS, PUPILS, School
from tests.trials.school_trial import complete, designed_trial, open_call
from trials.audit import record, verify_chain
from trials.database import make_engine, transaction
from trials.errors import BadInput
from trials.measurements.models import Measurement, Objection, Pupil, UploadKind
from trials.measurements.services import record_objection
from trials.people.models import Organisation, OrganisationKind
from trials.schema import metadata
from trials.signups.models import Signup
from web.commands import main

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@dataclass
class Places:
    """A database in use, an empty one, and a folder for copies."""

    used: Engine
    empty: str
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def loting(self, url: str, *arguments: object) -> Result:
        self.monkeypatch.setenv("LOTING_DATABASE_URL", url)
        return CliRunner().invoke(main, ["db", *map(str, arguments)])

    def backup(self, name: str = "copy") -> Path:
        result = self.loting(self.used.url.render_as_string(False), "backup", self.folder / name)
        assert result.exit_code == 0, result.output
        return self.folder / name

    def restore(self, copy: Path, *options: object) -> Result:
        return self.loting(self.empty, "restore", copy, *(options or ("--nothing-erased",)))

    def restored(self) -> Engine:
        return make_engine(self.empty)


@pytest.fixture(params=BACKENDS)
def places(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Places]:
    with database_with_tables(request, tmp_path, made="migrated") as used:
        if request.param == "sqlite":
            yield Places(used, f"sqlite:///{tmp_path}/empty.sqlite", tmp_path, monkeypatch)
            return
        with throwaway_database(request.getfixturevalue("postgres_server")) as empty:
            yield Places(used, empty, tmp_path, monkeypatch)


def fingerprints(engine: Engine) -> dict[str, str]:
    """Return a hash per table over all its rows."""
    with engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(
                    [
                        tuple(r)
                        for r in connection.execute(
                            select(table).order_by(*table.columns.values()[:1])
                        )
                    ]
                ).encode()
            ).hexdigest()
            for table in metadata.sorted_tables
        }


def write_one(session: Session, number: int) -> None:
    with transaction(session):
        session.add(Organisation(kind=OrganisationKind.BOARD, name=f"Stichting {number} · é"))
        record(session, "organisation_made", f"organisation:{number}", by=None, at=NOON)


def school_of(session: Session) -> School:
    scene = designed_trial(session)
    open_call(session, scene)
    school = School(session, scene, complete(session, scene))
    school.send(PUPILS)
    school.send(BASELINE, UploadKind.BASELINE, taken_on=DAY)
    return school


def test_a_trial_comes_back_row_for_row(places: Places) -> None:
    with Session(places.used) as session:
        school_of(session)
    before = fingerprints(places.used)

    result = places.restore(places.backup())

    assert result.exit_code == 0, result.output
    assert "The audit chain holds" in result.output
    assert "is whole" in result.output
    restored = places.restored()
    assert fingerprints(restored) == before
    assert drift(restored, metadata) == []  # keys and checks are back too
    with Session(restored) as session:
        write_one(session, 999)  # numbers and keys go on where they were
        assert verify_chain(session).broken_at is None
    restored.dispose()


def test_a_copy_made_while_others_write_is_of_one_moment(places: Places) -> None:
    """Each act writes a row and its audit row; the copy must hold both of each, or neither."""
    stop = threading.Event()

    def keep_writing() -> None:
        with Session(places.used) as session:
            number = 0
            while not stop.is_set():
                number += 1
                write_one(session, number)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        copies = [places.backup(f"copy{number}") for number in range(3)]
    finally:
        stop.set()
        writer.join()

    assert places.restore(copies[-1]).exit_code == 0
    restored = places.restored()
    with Session(restored) as session:
        chain = verify_chain(session)
        rows = session.scalar(text("SELECT count(*) FROM organisation"))
    restored.dispose()
    assert chain.broken_at is None
    assert chain.rows == rows


def test_what_was_erased_after_the_copy_is_erased_again(places: Places) -> None:
    with Session(places.used) as session:
        school = school_of(session)
        signup_id, coordinator = school.signup.id, school.coordinator
        copy = places.backup()
        record_objection(
            session,
            signup_id=school.signup.id,
            number="101",
            keys=KEYS,
            actor=school.coordinator,
            now=NOON,
        )
        url = places.used.url.render_as_string(False)
        places.loting(url, "tombstones", places.folder / "erased.jsonl")

    result = places.restore(copy, "--tombstones", places.folder / "erased.jsonl")

    assert "1 erasures were carried out again" in result.output
    restored = places.restored()
    with Session(restored) as session:
        objection = session.scalars(select(Objection)).one()
        pupil = session.get_one(Pupil, objection.pupil_id)
        assert (pupil.erased_at, pupil.covariates) == (NOON, {})
        scores = session.scalars(select(Measurement.pupil_id)).all()
        assert pupil.id not in scores
        assert scores != []
        assert verify_chain(session).broken_at is None
        again = School(session, school.scene, session.get_one(Signup, signup_id))
        with pytest.raises(BadInput, match="1 places in the file"):
            again.send(PUPILS, actor=coordinator)
    restored.dispose()


def test_the_list_of_erasures_holds_no_number_of_a_school(places: Places) -> None:
    with Session(places.used) as session:
        school = school_of(session)
        record_objection(
            session,
            signup_id=school.signup.id,
            number="101",
            keys=KEYS,
            actor=school.coordinator,
            now=NOON,
        )
    path = places.folder / "erased.jsonl"
    places.loting(places.used.url.render_as_string(False), "tombstones", path)

    objection, pupil = map(json.loads, path.read_text(encoding="utf-8").splitlines())

    assert set(objection) == {"at", "instrument", "kind", "number_hmac", "pupils", "signup"}
    assert set(pupil) == {"at", "id", "kind", "pseudonym"}
    assert '"101"' not in path.read_text(encoding="utf-8")


def test_a_restore_asks_what_was_erased(places: Places) -> None:
    copy = places.backup()

    result = places.loting(places.empty, "restore", copy)

    assert result.exit_code == 2
    assert "--tombstones LIST" in result.output


def test_a_restore_into_a_filled_place_is_refused(places: Places) -> None:
    with Session(places.used) as session:
        write_one(session, 1)
    copy = places.backup()
    before = fingerprints(places.used)
    places.used.dispose()  # or an open file would hide that its name is gone

    url = places.used.url.render_as_string(False)
    result = places.loting(url, "restore", copy, "--nothing-erased")

    assert result.exit_code == 2
    assert "not overwritten" in result.output or "not empty" in result.output
    assert fingerprints(places.used) == before


def test_a_backup_overwrites_nothing_and_is_for_its_owner_only(places: Places) -> None:
    copy = places.backup()
    before = copy.read_bytes()

    again = places.loting(places.used.url.render_as_string(False), "backup", copy)

    assert again.exit_code == 2
    assert "is not overwritten" in again.output
    assert copy.read_bytes() == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def cut_short(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])


def no_copy(copy: Path) -> None:
    copy.write_text("something else", encoding="utf-8")


@pytest.mark.parametrize("harm", [cut_short, no_copy])
def test_a_damaged_copy_is_refused_and_the_place_stays_empty(
    places: Places, harm: Callable[[Path], None]
) -> None:
    with Session(places.used) as session:
        for number in range(50):
            write_one(session, number)
    copy = places.backup()
    harm(copy)

    result = places.restore(copy)

    assert result.exit_code == 2, result.output
    assert "damaged" in result.output
    restored = places.restored()
    assert runner.current(restored) is None
    restored.dispose()
    assert list(places.folder.glob("*.part")) == []


def test_a_changed_row_in_a_copy_is_found_out(places: Places) -> None:
    """By the hash of each table; in a SQLite file only SQLite's own checks and the chain watch."""
    if places.used.dialect.name == "sqlite":
        pytest.skip("no manifest")
    with Session(places.used) as session:
        write_one(session, 1)
    copy = places.backup()
    changed = places.folder / "changed"
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Stichting 1", b"Stichting 2"))

    result = places.restore(changed)

    assert "organisation is not what was copied" in result.output
    restored = places.restored()
    assert runner.current(restored) is None
    restored.dispose()


def test_a_copy_of_an_older_revision_is_brought_up_to_date(places: Places) -> None:
    runner.downgrade(places.used, "0003")
    copy = places.backup()

    assert places.restore(copy).exit_code == 0

    restored = places.restored()
    assert runner.current(restored) == runner.head()
    restored.dispose()
