"""The files of a draw."""

import csv
from io import StringIO

import pytest

from web.commands.kit import allocation_csv


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "－1", " =1", "\t=1"])
def test_no_cell_of_an_allocation_is_a_formula(start):
    """Also not behind white space or in full-width signs, which spreadsheets read alike."""
    receipt = {
        "sealed": {"units": [{"id": start, "stratum": start}, {"id": "a=1", "stratum": "b-c"}]},
        "allocation": {start: start, "a=1": "x"},
    }

    text = allocation_csv(receipt, {start: "k0", "a=1": "k1"})

    rows = list(csv.reader(StringIO(text, newline="")))
    assert rows == [
        ["id", "stratum", "arm", "key"],
        [f"'{start}"] * 3 + ["k0"],
        ["a=1", "b-c", "x", "k1"],
    ]
    assert text.count("\r\n") == 3
