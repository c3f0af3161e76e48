"""Rosters as they really come."""

import pytest

from trials.errors import BadInput
from web.commands.roster import read_roster


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
        ("id,school\n007,Één\n2,b\n", "2 rows of csv, separated by ',', in UTF-8"),
        ("id;x;school\r\n007;;Één\r\n\r\n2;; b \r\n", "2 rows of csv, separated by ';', in UTF-8"),
        ("\ufeffid\tschool\n007\tÉén\n2\tb", r"separated by '\t', in UTF-8"),
        ("id;school\n007;Één\n2;b".encode("cp1252"), "in Windows-1252"),
    ],
)
def test_what_offices_send_is_read_and_the_reading_shown(roster, content, reading):
    rows, said = read_roster(roster(content), ["id", "school"])

    assert rows == [{"id": "007", "school": "Één"}, {"id": "2", "school": "b"}]
    assert reading in said


def test_a_decimal_comma_is_read_as_a_point_and_said(roster):
    rows, said = read_roster(roster("id;pretest\n1;61,25\n2;50,0"), ["pretest"])

    assert rows == [{"pretest": "61.25"}, {"pretest": "50.0"}]
    assert "with decimal commas" in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("ID,school\n1,2\n", "the roster has no column id; it has ID, school"),
        ("id,school\n1,a\n2,\n", "row 3 has a blank in school; fill it in"),
        ("id,school\n1,a\n2, \u00a0\n", "row 3 has a blank in school"),
        ("id,school\n=1+1,a\n", "is a formula"),
    ],
)
def test_a_roster_that_cannot_be_drawn_is_refused(roster, content, sentence):
    with pytest.raises(BadInput, match=sentence):
        read_roster(roster(content), ["id", "school"])
