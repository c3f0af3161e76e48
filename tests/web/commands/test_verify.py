"""loting verify."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from randomisation import Arm, Party, Unit, commitment, draw, new_record
from web.commands.verify import verify_command

NONCE = "5a" * 32


@pytest.fixture
def receipt():
    record = new_record(
        trial="t",
        arms=[Arm("control"), Arm("phonics")],
        units=[Unit(f"S{i}") for i in range(6)],
        entropy=[Party("nro", commitment("nro", NONCE))],
        salt="00" * 32,
    )
    return draw(record, [NONCE]).to_dict()


def ran(path):
    result = CliRunner().invoke(verify_command, [str(path)])
    assert result.output.count("\n") == 1
    return result.exit_code, result.output


def test_a_receipt_that_holds_ends_with_nought(tmp_path: Path, receipt):
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt, indent=2), encoding="utf-8")

    status, sentence = ran(path)

    assert status == 0
    assert "This receipt holds: the allocation of 6 units follows" in sentence


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "not a JSON document"),
        (b"[]", "the receipt must be an object"),
        (b"\xff\xfe", "not a JSON document"),
        (b'{"a": 1.5}', "1.5 is not a whole number"),
    ],
)
def test_what_is_no_receipt_ends_with_one(tmp_path, content, part):
    path = tmp_path / "receipt.json"
    path.write_bytes(content)

    status, sentence = ran(path)

    assert status == 1
    assert part in sentence


def test_a_receipt_that_does_not_hold_ends_with_one(tmp_path, receipt):
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt | {"candidate": 1}), encoding="utf-8")

    assert ran(path) == (1, 'This receipt does not hold: its "candidate" is not what follows.\n')


def test_a_file_without_an_end_is_not_read(tmp_path):
    with (tmp_path / "long.json").open("wb") as file:
        file.truncate(10**13)

    status, sentence = ran(tmp_path / "long.json")

    assert status == 1
    assert "larger than 100 MB" in sentence


def test_a_file_that_is_not_there_ends_with_one(tmp_path):
    status, sentence = ran(tmp_path / "none.json")

    assert status == 1
    assert "none.json cannot be read: No such file" in sentence
