"""loting draw: the whole ceremony outside any database."""

import csv
import hashlib
import json
import re
import subprocess
import sys

import pytest

from randomisation import commitment, verify
from tests.web.commands.rosters import (
    ARMS,
    BEACON,
    EVALUATOR,
    NRO,
    PAIRED,
    ROSTER,
    read,
    run,
    write_roster,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_roster(tmp_path)
    return tmp_path


def test_one_call_freezes_seals_and_draws(folder):
    said = run("roster.csv", *ROSTER, "--party", "nro", "--party", "evaluator", "--out", "out")

    out = folder / "out"
    receipt = read(out / "receipt.json")
    assert verify(receipt).holds
    assert receipt["sealed"] == read(out / "sealed.json")
    assert receipt["sealed"]["trial"] == "roster"
    assert [unit["stratum"] for unit in receipt["sealed"]["units"][:2]] == ["large/r0", "small/r1"]
    assert "20 rows of csv, separated by ';', with decimal commas, in UTF-8" in said
    assert "One person made all the nonces" in said
    assert f"Fingerprint: {receipt['fingerprint']}" in said
    ran = subprocess.run(
        [sys.executable, "-I", "verify_draw.py", "receipt.json"], cwd=out, check=False
    )
    assert ran.returncode == 0


def test_the_fingerprint_is_the_hash_of_the_sealed_file(folder):
    run("roster.csv", *ROSTER, "--party", "nro", "--out", "out")

    sealed = (folder / "out" / "sealed.json").read_bytes()
    fingerprint = read(folder / "out" / "receipt.json")["fingerprint"]
    assert hashlib.sha256(sealed).hexdigest() == fingerprint


def test_two_draws_of_one_roster_differ(folder):
    """The salt and the nonces are fresh: nobody finds an earlier draw again."""
    for out in ("a", "b"):
        run("roster.csv", *ROSTER, "--party", "nro", "--out", out)

    first, second = (read(folder / out / "receipt.json") for out in ("a", "b"))
    assert first["fingerprint"] != second["fingerprint"]
    assert first["nonces"] != second["nonces"]


def test_the_allocation_is_a_table_with_the_key_of_each_line(folder):
    run("roster.csv", *ROSTER, "--party", "nro", "--out", "out")

    with (folder / "out" / "allocation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    receipt = read(folder / "out" / "receipt.json")
    assert {row["id"]: row["arm"] for row in rows} == receipt["allocation"]
    for row in rows:
        text = f"loting-line/1\n{row['id']}\n{row['arm']}\n{row['key']}"
        assert hashlib.sha256(text.encode()).hexdigest() == receipt["lines"][row["id"]]


def test_a_brought_commitment_stops_the_first_call_at_the_seal(folder):
    commits = ["--commit", f"nro={commitment('nro', NRO)}"]
    commits += ["--commit", f"evaluator={commitment('evaluator', EVALUATOR)}"]
    said = run("roster.csv", *ROSTER, *commits, "--party", "beacon:voorbeeld:7", "--out", "out")

    assert [path.name for path in (folder / "out").iterdir()] == ["sealed.json"]
    assert "One person made" not in said
    nonces = [f"nro={NRO}", f"evaluator={EVALUATOR}", f"beacon:voorbeeld:7={BEACON}"]
    given = [part for nonce in nonces for part in ("--nonce", nonce)]
    run("--sealed", "out/sealed.json", *given, "--out", "out")

    receipt = read(folder / "out" / "receipt.json")
    assert verify(receipt).holds
    assert receipt["nonces"] == [NRO, EVALUATOR, BEACON.lower()]
    assert [entry["party"] for entry in receipt["sealed"]["entropy"]][-1] == "beacon:voorbeeld:7"


def test_a_nonce_made_beside_a_beacon_is_shown_once_and_completes_the_draw(folder):
    names = ["--party", "beacon:voorbeeld:7", "--party", "evaluator"]
    said = run("roster.csv", *ROSTER, *names, "--out", "out")

    nonce = re.search("--nonce evaluator=([0-9a-f]{64}) --nonce beacon:voorbeeld:7=…", said)[1]
    assert nonce not in (folder / "out" / "sealed.json").read_text(encoding="utf-8")
    run(
        *("--sealed", "out/sealed.json", "--nonce", f"evaluator={nonce}"),
        *("--nonce", f"beacon:voorbeeld:7={BEACON}", "--out", "out"),
    )
    assert verify(read(folder / "out" / "receipt.json")).holds


def test_a_beacon_round_that_is_still_to_come_is_sealed(folder):
    names = ["--party", "nro", "--party", "beacon:nist-2:99000000"]  # in the year 2158
    run("roster.csv", *ROSTER, *names, "--out", "out")

    entropy = read(folder / "out" / "sealed.json")["entropy"]
    assert [entry["party"] for entry in entropy] == ["nro", "beacon:nist-2:99000000"]


def test_a_replay_in_another_folder_gives_the_same_bytes(folder):
    run("roster.csv", *ROSTER, "--party", "nro", "--out", "out")
    nonce = read(folder / "out" / "receipt.json")["nonces"][0]

    run("--sealed", "out/sealed.json", "--nonce", f"nro={nonce}", "--out", "again")

    for path in (folder / "out").iterdir():
        assert (folder / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_later_wave_names_the_receipt_of_the_wave_before(folder):
    run("roster.csv", *ROSTER, "--party", "nro", "--out", "one")
    wave = ["--previous", "one/receipt.json", "--trial", "NL-1/2"]
    run("roster.csv", *ROSTER, *wave, "--party", "nro", "--out", "two")

    before = hashlib.sha256((folder / "one" / "receipt.json").read_bytes()).hexdigest()
    receipt = read(folder / "two" / "receipt.json")
    assert receipt["sealed"]["previous"] == before
    assert receipt["sealed"]["trial"] == "NL-1/2"
    assert verify(receipt).holds


def test_rerandomised_draws_are_balanced(folder):
    method = ["--method", "rerandomised", *PAIRED, "--acceptance", "0.1"]
    said = run("roster.csv", *ROSTER, *method, "--party", "nro", "--out", "out")

    receipt = read(folder / "out" / "receipt.json")
    assert verify(receipt).holds
    assert receipt["sealed"]["method"]["threshold"] == "0.210721"
    assert receipt["sealed"]["units"][1]["covariates"] == ["51.5", "1"]
    assert float(receipt["balance"]) < 0.210721
    assert "M below 0.210721" in said


@pytest.mark.parametrize(("arms", "sizes"), [(ARMS, {2}), ([*ARMS, "--arm", "third:1"], {1, 3})])
def test_pairs_or_triples_of_units_most_alike_are_parted(folder, arms, sizes):
    method = ["--method", "pairs", *PAIRED]
    strata = ["--id", "school", "--stratum", "size"]
    said = run("roster.csv", *strata, *arms, *method, "--party", "nro", "--out", "out")

    receipt = read(folder / "out" / "receipt.json")
    groups = {}
    for unit in receipt["sealed"]["units"]:
        groups.setdefault(unit["stratum"], []).append(receipt["allocation"][unit["id"]])
    assert verify(receipt).holds
    assert {len(group) for group in groups.values()} == sizes
    assert all(len(set(group)) == len(group) for group in groups.values())
    assert f"groups of {max(sizes)} within strata" in said
    assert ("Left over, and dealt from the deck: S" in said) == (1 in sizes)


@pytest.mark.parametrize(
    "name", ["sealed.json", "receipt.json", "allocation.csv", "verify_draw.py"]
)
def test_nothing_is_overwritten(folder, name):
    (folder / "out").mkdir()
    (folder / "out" / name).write_text("mine", encoding="utf-8")

    said = run("roster.csv", *ROSTER, "--party", "nro", "--out", "out", status=2)

    assert f"{name}: is there already and is not overwritten" in said
    assert [path.read_text() for path in (folder / "out").iterdir()] == ["mine"]


def test_a_finished_draw_is_not_completed_again(folder):
    run("roster.csv", *ROSTER, "--party", "nro", "--out", "out")
    receipt = (folder / "out" / "receipt.json").read_bytes()
    nonce = json.loads(receipt)["nonces"][0]

    said = run("--sealed", "out/sealed.json", "--nonce", f"nro={nonce}", "--out", "out", status=2)

    assert "is not overwritten" in said
    assert (folder / "out" / "receipt.json").read_bytes() == receipt


def test_the_command_is_loaded_without_numpy():
    """``loting --help`` must answer at once."""
    code = "import sys, web.commands.draw, web.commands.verify, web.commands.nonce; "
    code += "print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"
