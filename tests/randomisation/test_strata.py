"""Stratum columns joined into one name."""

import pytest

from randomisation import DesignError, join_strata, split_strata


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (("po", "G4"), "po/G4"),
        (("a/b", "c"), "a~1b/c"),
        (("a", "b/c"), "a/b~1c"),
        (("~1", "/"), "~01/~1"),
        (("po/G4",), "po/G4"),
    ],
)
def test_columns_are_joined_so_that_no_two_strata_become_one(values, name):
    assert join_strata(values) == name


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0"])
def test_a_blank_is_refused(blank):
    with pytest.raises(DesignError, match="a stratum is blank"):
        join_strata(["po", blank])


@pytest.mark.parametrize("values", [["po"], ["a/b~1", "~0", "c"], ["po", "~/~"]])
def test_what_was_joined_comes_apart_again(values: list[str]) -> None:
    joined = join_strata(values)

    assert split_strata(joined) == values
