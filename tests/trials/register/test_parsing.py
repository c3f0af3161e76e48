"""What the published files say, against the numbers that were counted elsewhere; and refusals."""

import csv
import gzip
import io
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trials.errors import BadInput
from trials.register import published
from trials.register.cells import SITE_CODE
from trials.register.entries import FigureEntry
from trials.register.formats import DUO_BO, FORMATS
from trials.register.models import Sector
from trials.register.parsing import Contents, read_contents
from trials.register.published import PublishedFile

TODAY = date(2027, 1, 4)
SMALL = tuple(replace(known, floor=1) for known in FORMATS)


def contents_of(file: PublishedFile) -> Contents:
    return read_contents(file.name, file.content(), file.reference_date)


def values(figures: tuple[FigureEntry, ...], name: str) -> list[float]:
    return [f.value for f in figures if f.name == name and f.value is not None]


def test_primary_sites_of_2020() -> None:
    read = contents_of(published.PRIMARY_2020)

    count = Counter(site.denomination for site in read.sites)
    assert len(read.sites) == 6268
    assert len({site.code[:4] for site in read.sites}) == 6149
    assert len({site.board for site in read.sites}) == 847
    assert len({site.municipality_code for site in read.sites}) == 355
    assert len({site.municipality for site in read.sites}) == 355
    assert len(count) == 20
    assert (count["Openbaar"], count["Rooms-Katholiek"]) == (1985, 1887)
    assert (count["Protestants-Christelijk"], count["Algemeen bijzonder"]) == (1576, 319)
    assert sum(site.code.startswith("0") for site in read.sites) == 2614
    assert count["Hindoeïstisch"] == 6


def test_primary_sites_per_province_and_in_the_four_large_municipalities() -> None:
    read = contents_of(published.PRIMARY_2020)

    provinces = Counter(site.province for site in read.sites)
    municipality = Counter(site.municipality for site in read.sites)
    assert provinces == {
        "Zuid-Holland": 1109,
        "Noord-Holland": 875,
        "Gelderland": 864,
        "Noord-Brabant": 830,
        "Overijssel": 511,
        "Utrecht": 484,
        "Friesland": 377,
        "Limburg": 332,
        "Groningen": 259,
        "Drenthe": 258,
        "Zeeland": 192,
        "Flevoland": 177,
    }
    four = ["Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht"]
    assert [municipality[name] for name in four] == [207, 170, 136, 99]


def test_funded_pupils_and_disadvantage_scores_of_2019() -> None:
    register = {site.code for site in contents_of(published.PRIMARY_2020).sites}
    cbs = contents_of(published.DISADVANTAGE_2019)

    known = tuple(figure for figure in cbs.figures if figure.code in register)
    pupils, score = values(known, "pupils"), values(known, "disadvantage_score")
    assert len(pupils) == len(score) == 6243 == 6268 - 25
    assert sum(pupils) == 1_392_112
    assert (round(fmean(pupils), 2), round(stdev(pupils), 2)) == (222.99, 139.34)
    assert (min(pupils), max(pupils)) == (5, 1815)
    assert (sum(s > 0 for s in score), sum(s == 0 for s in score)) == (2532, 3711)
    assert round(fmean(score), 3) == 89.396
    assert {figure.year for figure in cbs.figures} == {2019}


def test_disadvantage_scores_follow_from_cbs_own_formula() -> None:
    """score = max(0, A - E * 0.12 * (C - G)), from inputs CBS rounds to two decimals."""
    figures = contents_of(published.DISADVANTAGE_2019).figures
    table = {(f.code, f.name): f.value or 0.0 for f in figures}
    codes = {code for code, _ in table}

    off = [
        abs(
            table[code, "disadvantage_score"]
            - max(
                0.0,
                table[code, "disadvantage_no_threshold"]
                - table[code, "pupils"] * 0.12 * (535.26 - 529.46),
            )
        )
        for code in codes
    ]

    assert len(off) == 6295
    assert round(max(off), 6) <= 0.09
    assert table["00AP00", "disadvantage_score"] == 33.02


def test_scores_cbs_calls_unreliable_keep_that_mark() -> None:
    figures = contents_of(published.DISADVANTAGE_2019).figures

    marked = [f for f in figures if f.name == "disadvantage_score" and f.mark == "a"]
    assert len(marked) == 120
    assert {f.mark for f in figures if f.name == "disadvantage_no_threshold"} == {
        None,
        "b",
        "c",
        "b, c",
        "a, b, c",
    }


def test_final_tests_of_2019() -> None:
    register = {site.code for site in contents_of(published.PRIMARY_2020).sites}
    tests = contents_of(published.FINAL_TESTS_2019)

    known = tuple(figure for figure in tests.figures if figure.code in register)
    means = values(known, "cet_mean")
    assert tests.reference_date == date(2019, 4, 17)
    assert len(register) - len({figure.code for figure in known}) == 77
    assert (len(means), round(fmean(means), 3), round(stdev(means), 3)) == (2921, 535.930, 3.542)


def test_secondary_sites_and_pupils() -> None:
    read = contents_of(published.SECONDARY_2020)
    pupils = values(contents_of(published.SECONDARY_PUPILS_2019).figures, "pupils")

    four = {"Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht"}
    assert len(read.sites) == 1619
    assert len({site.code[:4] for site in read.sites}) == 648
    assert len({site.board for site in read.sites}) == 323
    assert len({site.municipality for site in read.sites}) == 296
    assert sum(site.municipality in four for site in read.sites) == 244
    assert (sum(pupils), len(pupils)) == (953_616, 1619 - 180)


def test_all_sectors_of_2024_and_what_changed_since_2020() -> None:
    before = {site.code for site in contents_of(published.PRIMARY_2020).sites}
    read = contents_of(published.ALL_SECTORS_2024)
    after = {site.code for site in read.sites if site.sector is Sector.BO}

    assert len(read.table.rows) == 8717
    assert sum(row["type"] == "basisschool" for _, row in read.table.numbered()) == 6182
    assert len(read.table.rows) - len(read.sites) == 95
    assert (len(before & after), len(after - before), len(before - after)) == (6013, 102, 255)
    assert {figure.year for figure in read.figures} == {2023}


def test_a_site_at_two_addresses_is_one_site_with_both_numbers() -> None:
    sites = {site.code: site for site in contents_of(published.ALL_SECTORS_2024).sites}

    assert sites["14YX00"].street == "Velddreef 322, 326"
    assert sites["20AM05"].street == "Platanenstraat 6"


@cache
def first_rows() -> list[dict[str, str]]:
    text = gzip.decompress(published.PRIMARY_2020.content()).decode("cp1252")
    return list(islice(csv.DictReader(io.StringIO(text), delimiter=";"), 3))


def primary(**changes: str) -> bytes:
    """Return the first rows of the real register; ``changes`` replace cells of the second."""
    table = [dict(row) for row in first_rows()]
    table[1].update(changes)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode("cp1252")


def test_a_suspiciously_small_file_is_refused() -> None:
    with pytest.raises(BadInput, match=r"short\.csv has 3 rows where a whole duo-bo file has at"):
        read_contents("short.csv", primary(), TODAY)


def test_a_missing_column_is_named() -> None:
    content = primary().replace(b"PLAATSNAAM;", b"STAD;", 1)

    with pytest.raises(BadInput, match="looks most like duo-bo but lacks the column PLAATSNAAM"):
        read_contents("a.csv", content, TODAY, SMALL)


def test_newer_column_names_with_underscores_are_the_same_columns() -> None:
    content = primary().replace(b"BRIN NUMMER", b"INSTELLINGSCODE")
    content = content.replace(b"VESTIGINGSNUMMER", b"Vestigingscode").replace(
        b" GEZAG ", b"_GEZAG_"
    )

    assert len(read_contents("a.csv", content, TODAY, SMALL).sites) == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PROVINCIE": "Holland"}, "row 3, column PROVINCIE: 'Holland' is no province"),
        ({"POSTCODE": "12"}, "row 3, column POSTCODE: '12' is no postcode"),
        ({"BEVOEGD GEZAG NUMMER": "4177"}, "row 3, column BEVOEGD GEZAG NUMMER: '4177'"),
        ({"VESTIGINGSNAAM": "Hindoe‹sme"}, "row 3, column VESTIGINGSNAAM: .*encoding"),
        ({"VESTIGINGSNUMMER": "16AH00"}, "row 3, column VESTIGINGSNUMMER: site 16AH00 does not"),
    ],
)
def test_a_wrong_cell_refuses_the_file_naming_row_and_column(
    changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        read_contents("a.csv", primary(**changes), TODAY, SMALL)

    assert len(refused.value.problems) == 1


def test_a_site_that_stands_there_twice_with_other_words_is_refused() -> None:
    content = primary(**{"BRIN NUMMER": "16AH", "VESTIGINGSNUMMER": "16AH00"})

    with pytest.raises(BadInput, match="site 16AH00 was there before with other words"):
        read_contents("a.csv", content, TODAY, (replace(DUO_BO, floor=1),))


def test_a_masked_number_of_pupils_keeps_its_mark() -> None:
    content = b"vestigingsnummer,leerlingen_2026,leerlingen_leerjaar1_2026\n16AH00,<5,12\n"

    figures = read_contents("a.csv", content, TODAY, SMALL).figures

    assert [(f.name, f.year, f.value, f.mark) for f in figures] == [
        ("pupils", 2026, None, "<5"),
        ("year1_pupils", 2026, 12.0, None),
    ]


@settings(max_examples=500, deadline=None)
@given(
    at=st.integers(0, 900),
    put=st.sampled_from(
        [b"", b'"', b";", b"\n", b"\x00", b"\xff", b"\xc3\xab", b"=", b"<5", b" " * 300]
    ),
    cut=st.integers(0, 40),
)
def test_whatever_happened_to_a_file_it_is_read_or_refused(at: int, put: bytes, cut: int) -> None:
    """Never a crash, and never a site with half of what a site has."""
    content = primary()
    harmed = content[:at] + put + content[at + cut :]

    try:
        sites = read_contents("a.csv", harmed, TODAY, SMALL).sites
    except BadInput:
        return
    assert all(SITE_CODE.fullmatch(site.code) and site.province for site in sites)
