"""Capitals of the register become the names people use, checked against two other files."""

import pytest

from trials.register.places import proper_place, whole_denomination
from trials.register.published import ALL_SECTORS_2024, FINAL_TESTS_2019, PRIMARY_2020
from trials.register.reading import read_table


@pytest.mark.parametrize(
    ("published", "written"),
    [
        ("'S-GRAVENHAGE", "'s-Gravenhage"),
        ("S GRAVENHAGE", "'s-Gravenhage"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("S HERTOGENBOSCH", "'s-Hertogenbosch"),
        ("'T HARDE", "'t Harde"),
        ("ALPHEN AAN DEN RIJN", "Alphen aan den Rijn"),
        ("DE BILT", "De Bilt"),
        ("IJSSELSTEIN", "IJsselstein"),
        ("OUDE IJSSELSTREEK", "Oude IJsselstreek"),
        ("REUSEL-DE MIERDEN", "Reusel-De Mierden"),
        ("BERGEN NH", "Bergen NH"),
        ("SUDWEST-FRYSLAN", "Súdwest-Fryslân"),
    ],
)
def test_a_place_in_capitals_is_written_as_people_do(published: str, written: str) -> None:
    assert proper_place(published) == written


def test_municipalities_agree_with_the_file_that_has_them_in_mixed_case() -> None:
    """343 of 355 numbers stand in both files; five names differ, each for a known reason."""
    tests = read_table(FINAL_TESTS_2019.name, FINAL_TESTS_2019.content())
    mixed = {row["GEMEENTENUMMER"].zfill(4): row["GEMEENTENAAM"] for _, row in tests.numbered()}
    primary = read_table(PRIMARY_2020.name, PRIMARY_2020.content())
    capitals = {row["GEMEENTENUMMER"]: row["GEMEENTENAAM"] for _, row in primary.numbered()}

    shared = capitals.keys() & mixed.keys()
    other = {proper_place(capitals[n]) for n in shared if proper_place(capitals[n]) != mixed[n]}

    assert len(capitals) == 355
    assert len(shared) > 340
    assert other == {"Bergen LB", "Bergen NH", "Nuenen ca", "Súdwest-Fryslân"}


def test_towns_agree_with_the_official_names_of_2024() -> None:
    """The rest are province suffixes (Elst Gld) and towns renamed in Frisian."""
    recent = read_table(ALL_SECTORS_2024.name, ALL_SECTORS_2024.content())
    official = {row["postcode"]: row["plaats"] for _, row in recent.numbered()}
    primary = read_table(PRIMARY_2020.name, PRIMARY_2020.content())

    pairs = [
        (proper_place(row["PLAATSNAAM"]), official[tight])
        for _, row in primary.numbered()
        if (tight := row["POSTCODE"].replace(" ", "")) in official
    ]

    assert len(pairs) > 5_800
    assert sum(ours == theirs for ours, theirs in pairs) / len(pairs) > 0.93


def test_a_denomination_cut_at_thirty_characters_is_completed() -> None:
    cut = "Evangelische broedergemeenschap"[:30]

    assert whole_denomination(cut) == "Evangelische broedergemeenschap"
    assert whole_denomination("Openbaar") == "Openbaar"
