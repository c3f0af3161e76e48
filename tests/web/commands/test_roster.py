"""Rosters as they really come."""

import pytest

from web.commands.roster import RosterError, decimal_text, read_roster


@pytest.fixture
def roster(tmp_path):
    def write(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        ("id,school\n1,Één\n2,b\n", "2 rows, separated by commas, in UTF-8"),
        ("id;school\r\n1;Één\r\n\r\n2; b \r\n;\r\n", "2 rows, separated by semicolons, in UTF-8"),
        ("\ufeffid\tschool\n1\tÉén\n2\tb", "2 rows, separated by tabs, in UTF-8"),
        ("id;school\n1;Één\n2;b".encode("cp1252"), "in Windows-1252"),
        ('"id";"school"\n"1";"Één"\n"2";"b"', "2 rows, separated by semicolons, in UTF-8"),
    ],
)
def test_what_offices_send_is_read_and_the_reading_shown(roster, content, reading):
    read = read_roster(roster(content), ["id", "school"])

    assert [list(row.values()) for row in read.rows] == [["1", "Één"], ["2", "b"]]
    assert reading in read.reading


def test_a_quoted_cell_may_hold_the_separator_and_a_line_end(roster):
    read = read_roster(roster('id,school\n1,"a, b"\n2,"c\nd"\n'), ["id"])

    assert [row["school"] for row in read.rows] == ["a, b", "c\nd"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", 'column "id" is not in the header; the header has nothing'),
        ("id,id,school\n1,2,3\n", 'column "id" is twice in the header'),
        ("ID,school\n1,2\n", 'column "id" is not in the header; the header has ID, school'),
        ("id,school\n", "no rows below its header"),
        ("id,school\n1,a\n2,\n", 'row 3 has a blank in "school"'),
        ("id,school\n1,a\n2, \u00a0\n", 'row 3 has a blank in "school"'),
        ("id,school\n1,a,b\n", "row 2 has 3 cells and the header 2"),
        ('id,school\n1,"a\n', "the roster is not a CSV file"),
        (b"PK\x03\x04\0\0", "not a text file"),
    ],
)
def test_a_roster_that_cannot_be_read_is_refused(roster, content, sentence):
    with pytest.raises(RosterError, match=sentence):
        read_roster(roster(content), ["id", "school"])


@pytest.mark.parametrize(
    ("cell", "text"), [("61,25", "61.25"), ("61.25", "61.25"), ("1,000,000", "1,000,000")]
)
def test_a_decimal_comma_is_read_as_a_point(cell, text):
    assert decimal_text(cell) == text
