"""The arrivals' verifier of the kit and ``verify`` share no code and agree on every receipt."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest

import randomisation
from randomisation import Arm, Party, commitment, verify
from randomisation.canonical import canonical, read_json
from randomisation.errors import Refusal
from randomisation.minimised import replay
from randomisation.minimised_receipt import arrivals_receipt
from randomisation.minimised_record import new_minimised_record

SCRIPT = Path(randomisation.__file__).parent / "verify_arrivals.py"
ALPHABET = "0123456789abcdefABCDEFxyz é/-.,:{}[]\"' ~"
ARMS = [(1, 1), (2, 1), (1, 1, 1), (1, 2, 3)]


def receipt_of(seed, n=9):
    source = random.Random(seed)
    nonce = f"{source.getrandbits(256):064x}"
    record = new_minimised_record(
        trial=f"trial-{seed}/wave-2",
        arms=[Arm(f"arm {k}", ratio) for k, ratio in enumerate(ARMS[seed % len(ARMS)])],
        factors={"province": "1", "size": "0.5"},
        probability=source.choice(["0.7", "0.85"]),
        entropy=[Party("loting", commitment("loting", nonce))],
        salt=f"{source.getrandbits(256):064x}",
    )
    units = [
        (f"W2A{k:03d}", {"province": source.choice("ab"), "size": source.choice("xyz")})
        for k in range(n)
    ]
    return arrivals_receipt(record, [nonce], list(replay(record, record.seed([nonce]), units)))


@pytest.fixture
def says(tmp_path, monkeypatch, capsys):
    """Return a function from the text of a receipt to the script's exit status and sentence."""
    spec = importlib.util.spec_from_file_location("kit_of_arrivals", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    path = tmp_path / "receipt.json"
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(path)])

    def run(text):
        path.write_bytes(text.encode())
        return script.main(), capsys.readouterr().out

    return run


def holds(text):
    try:
        return verify(read_json(text)).holds
    except Refusal:
        return False


def test_both_accept_generated_receipts_and_reject_them_with_one_other_character(says):
    source = random.Random(20)
    for seed in range(120):
        text = canonical(receipt_of(seed)).decode()
        assert holds(text)
        assert says(text)[0] == 0
        place = source.randrange(len(text))
        other = source.choice([c for c in ALPHABET if c != text[place]])
        changed = text[:place] + other + text[place + 1 :]
        assert not holds(changed), changed
        assert says(changed)[0] == 1, changed


def test_an_enrolment_without_arrivals_holds_in_both(says):
    text = canonical(receipt_of(3, n=0)).decode()

    assert holds(text)
    assert says(text) == (0, "This receipt holds: 0 arrivals, assigned as was promised.\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda receipt: receipt["arrivals"].append(receipt["arrivals"][0]),
        lambda receipt: receipt["arrivals"].pop(),
        lambda receipt: receipt["arrivals"].reverse(),
        lambda receipt: receipt["lines"].pop("W2A003"),
        lambda receipt: receipt["sealed"]["method"].update(probability="1"),
        lambda receipt: receipt["sealed"]["method"].update(name="blocked"),
        lambda receipt: receipt.update(last="0" * 64),
        lambda receipt: receipt.update(note="x"),
    ],
)
def test_a_receipt_that_was_tampered_with_holds_in_neither(says, change):
    receipt = receipt_of(1)
    change(receipt)
    text = canonical(receipt).decode()

    assert not holds(text)
    status, sentence = says(text)
    assert (status, sentence.count("\n")) == (1, 1)


def test_the_script_runs_alone_and_stays_short(tmp_path):
    """From elsewhere, isolated: nothing of this project can be imported."""
    (tmp_path / "receipt.json").write_bytes(canonical(receipt_of(2)))
    ran = subprocess.run(
        [sys.executable, "-I", SCRIPT, "receipt.json"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 150
