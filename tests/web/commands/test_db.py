"""``loting db`` on the database of the settings."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from migrations.runner import head
from web.commands import main


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTING_DATABASE_URL", f"sqlite:///{tmp_path}/loting.sqlite")
    monkeypatch.setenv("LOTING_VAR", str(tmp_path))


def loting(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, ["db", *arguments], input=answer)


def test_upgrade_says_where_the_database_came_from() -> None:
    assert loting("upgrade").output == f"The database went from revision nothing to {head()}.\n"
    assert loting("upgrade").output == f"The database is at revision {head()} already.\n"


def test_check_is_content_with_a_new_database_only_after_the_upgrade() -> None:
    before = loting("check")
    loting("upgrade")
    after = loting("check")

    assert (before.exit_code, after.exit_code) == (1, 0)
    assert "loting db upgrade" in before.output
    assert "as the code expects it" in after.output


def test_downgrade_asks_first() -> None:
    loting("upgrade")

    refused = loting("downgrade", "base", answer="n\n")
    done = loting("downgrade", "base", "--yes")

    assert refused.exit_code == 1
    assert done.output == f"The database went back from revision {head()} to nothing.\n"


def test_a_downgrade_of_nothing_is_one_sentence() -> None:
    result = loting("downgrade", "--yes")

    assert result.exit_code == 2
    assert "Error: the database has no revision to go back from" in result.output
