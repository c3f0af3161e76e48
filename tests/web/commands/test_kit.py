"""The files of a draw."""

import csv
from io import StringIO

import pytest

from web.commands.kit import allocation_csv, write_drawn, write_sealed


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


def test_a_file_that_appeared_in_between_is_not_overwritten(tmp_path):
    write_sealed(tmp_path, b"one")
    (tmp_path / "receipt.json").write_bytes(b"mine")

    with pytest.raises(FileExistsError):
        write_sealed(tmp_path, b"two")
    with pytest.raises(FileExistsError):
        write_drawn(tmp_path, b"theirs", "")

    assert (tmp_path / "sealed.json").read_bytes() == b"one"
    assert (tmp_path / "receipt.json").read_bytes() == b"mine"
