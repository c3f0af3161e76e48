"""Keys are made once, kept apart, and destroyed for good."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trials.errors import NotReady
from trials.measurements.keys import KeyFolder, number_hmac, plain_number, pseudonym


def test_a_key_is_made_once_even_when_many_ask_together(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")

    with ThreadPoolExecutor(16) as askers:
        found = set(askers.map(lambda _: keys.key(7), range(64)))

    assert len(found) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["trial-7.key"]


def test_only_the_owner_can_read_a_key(tmp_path: Path) -> None:
    KeyFolder(tmp_path / "keys").key(7)

    assert stat.S_IMODE((tmp_path / "keys" / "trial-7.key").stat().st_mode) == 0o600


def test_each_trial_has_its_own_key(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)

    assert keys.key(1) != keys.key(2)


def test_a_destroyed_key_does_not_come_back(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    keys.key(1)

    keys.destroy(1)

    with pytest.raises(NotReady, match="destroyed"):
        keys.key(1)


def test_a_number_means_another_pupil_at_another_school_and_under_another_key() -> None:
    found = {pseudonym(key, school, "101") for key in (b"a" * 32, b"b" * 32) for school in (1, 2)}

    assert len(found) == 4
    assert number_hmac(b"a" * 32, 1, "101") != number_hmac(b"a" * 32, 2, "101")


@pytest.mark.parametrize(("one", "other"), [("007", "7"), (" A12 ", "a12"), ("000", "0")])
def test_numbers_are_compared_as_a_spreadsheet_leaves_them(one: str, other: str) -> None:
    assert plain_number(one) == plain_number(other)
