"""A database that is other than the code expects is found out, CHECKs included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from migrations.drift import drift
from tests.databases import BACKENDS, database_with_tables
from trials.schema import metadata


@pytest.fixture(params=BACKENDS)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with database_with_tables(request, tmp_path, made="migrated") as engine:
        yield engine


def change(engine: Engine, *statements: str) -> list[str]:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    return drift(engine, metadata)


def test_a_lost_index_is_found(migrated: Engine) -> None:
    assert change(migrated, "DROP INDEX ix_role_grant_person_id") == [
        "add_index ix_role_grant_person_id"
    ]


def test_a_lost_table_is_found(migrated: Engine) -> None:
    assert "add_table rating" in change(migrated, "DROP TABLE rating")


def test_a_column_too_many_is_found(migrated: Engine) -> None:
    (found,) = change(migrated, "ALTER TABLE rating ADD COLUMN extra INTEGER")

    assert "remove_column" in found


@pytest.mark.parametrize(
    "condition",
    [
        "principal_id <> deputy_id OR role = 'recruiter'",
        "principal_id > deputy_id",
        None,
    ],
)
def test_another_check_constraint_is_found(migrated: Engine, condition: str | None) -> None:
    if migrated.dialect.name == "sqlite":
        pytest.skip("SQLite alters no constraint in place")
    statements = ["ALTER TABLE mandate DROP CONSTRAINT ck_mandate_two_persons"]
    if condition:
        statements.append(
            f"ALTER TABLE mandate ADD CONSTRAINT ck_mandate_two_persons CHECK ({condition})"
        )

    assert change(migrated, *statements) == [
        "check ck_mandate_two_persons of mandate is other than the code has it"
    ]


def test_a_state_the_database_does_not_know_is_found(migrated: Engine) -> None:
    """What happens when a state is added in the code and its revision is forgotten."""
    if migrated.dialect.name == "sqlite":
        pytest.skip("SQLite alters no constraint in place")
    name = "ck_organisation_organisationkind"

    found = change(
        migrated,
        f"ALTER TABLE organisation DROP CONSTRAINT {name}",
        f"ALTER TABLE organisation ADD CONSTRAINT {name} CHECK (kind IN ('council', 'board'))",
    )

    assert found == [f"check {name} of organisation is other than the code has it"]
