"""Cells that a spreadsheet would run."""

import csv
from io import StringIO

import pytest

from trials.tables import csv_bytes, inert


@pytest.mark.parametrize(
    "cell", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "  =1", "＝1+1"]
)
def test_a_formula_is_kept_as_text(cell):
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "De Vlinder", "'t Hofje", "3-1", "S001"])
def test_other_text_is_left_alone(cell):
    assert inert(cell) == cell


def test_quotes_commas_and_lines_come_back_as_they_were():
    cells = ['De "Vlinder", Ede', "twee\nregels", "7"]

    rows = list(csv.reader(StringIO(csv_bytes(["a", "b", "c"], [cells]).decode(), newline="")))

    assert rows == [["a", "b", "c"], cells]
