"""``loting register import`` on a new database, with the real files."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import AuditRow
from trials.database import make_engine
from trials.people.models import Grant, Person, SignInMethod
from trials.permissions import Role, ScopeKind
from trials.register.published import FOLDER
from web.commands import main

SECONDARY = str(FOLDER / "alle-vestigingen-vo.csv.gz")
LAST_YEAR = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(sqlite_migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{shutil.copy(sqlite_migrated, tmp_path / 'loting.sqlite')}"
    monkeypatch.setenv("LOTING_DATABASE_URL", url)
    return url


def add_administrator(url: str, mail: str, role: Role = Role.ADMINISTRATOR) -> int:
    engine = make_engine(url)
    with Session(engine) as session:
        person = Person(
            name="Beheer", email=mail, method=SignInMethod.PASSWORD, created_at=LAST_YEAR
        )
        session.add(person)
        session.flush()
        session.add(
            Grant(
                person_id=person.id,
                role=role,
                scope_kind=ScopeKind.PROGRAMME,
                granted_at=LAST_YEAR,
            )
        )
        session.commit()
        number = person.id
    engine.dispose()
    return number


def loting(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["register", "import", *arguments])


def test_the_only_administrator_imports_without_saying_who(database: str) -> None:
    number = add_administrator(database, "a@voorbeeld.example")

    first = loting(SECONDARY, "--date", "2020-12-21")
    again = loting(SECONDARY)

    assert first.exit_code == 0
    assert "1,619 rows of duo-vo, as of 2020-12-21; 1,619 sites opened" in first.output
    assert "was imported before, as edition 1 of 2020-12-21; nothing changed" in again.output
    engine = make_engine(database)
    with Session(engine) as session:
        assert [row.actor_id for row in session.scalars(select(AuditRow))] == [number]
    engine.dispose()


def test_of_several_administrators_one_must_be_named(database: str) -> None:
    add_administrator(database, "a@voorbeeld.example")
    add_administrator(database, "b@voorbeeld.example")

    unnamed = loting(SECONDARY)
    named = loting(SECONDARY, "--as", "B@voorbeeld.example")

    assert (unnamed.exit_code, named.exit_code) == (2, 0)
    assert "2 people may do this; say who you are with --as" in unnamed.output


def test_on_a_database_without_people_nobody_imports(database: str) -> None:
    assert "0 people may do this" in loting(SECONDARY).output


def test_who_may_not_import_is_told_so(database: str) -> None:
    add_administrator(database, "o@voorbeeld.example", Role.NRO_OFFICER)

    refused = loting(SECONDARY, "--as", "o@voorbeeld.example")
    unknown = loting(SECONDARY, "--as", "nobody@voorbeeld.example")

    assert "your role does not allow this here" in refused.output
    assert "nobody here has the address nobody@voorbeeld.example" in unknown.output


def test_a_broken_file_is_refused_with_the_place_and_the_cure(
    database: str, tmp_path: Path
) -> None:
    add_administrator(database, "a@voorbeeld.example")
    broken = tmp_path / "half.csv"
    broken.write_text("PROVINCIE;PLAATSNAAM\nDrenthe;EMMEN\n", encoding="utf-8")

    result = loting(str(broken))

    assert result.exit_code == 2
    assert "the file half.csv looks most like duo-bo but lacks the column" in result.output


def test_a_file_without_an_end_is_not_read(database: str, tmp_path: Path) -> None:
    add_administrator(database, "a@voorbeeld.example")
    endless = tmp_path / "endless.csv"
    with endless.open("wb") as file:
        file.truncate(10**13)

    result = loting(str(endless))

    assert result.exit_code == 2
    assert "endless.csv is larger than 64 MB" in result.output


def test_a_merger_is_recorded_by_hand(database: str) -> None:
    add_administrator(database, "a@voorbeeld.example")
    loting(SECONDARY, "--date", "2020-12-21")

    merge = ["register", "merge", "18br00", "18BR01", "--on", "2021-08-01", "--note", "Fusie"]
    done = CliRunner().invoke(main, merge)
    again = CliRunner().invoke(main, merge)

    assert done.output == "Recorded: 18BR00 went on in 18BR01 on 2021-08-01.\n"
    assert again.exit_code == 2
    assert "is recorded already" in again.output


def test_a_database_that_is_not_set_up_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTING_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite")

    result = loting(SECONDARY)

    assert result.exit_code == 2
    assert "bring it there with: loting db upgrade" in result.output
