"""loting draw refuses what cannot be drawn, with a sentence, and writes nothing."""

import pytest

from randomisation import commitment
from tests.web.commands.rosters import ARMS, EVALUATOR, NRO, PAIRED, ROSTER, run, write_roster


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_roster(tmp_path)
    return tmp_path


PARTY = ["--party", "nro"]
REFUSED = [
    (["roster.csv", *ROSTER], "name who brings a nonce"),
    (["roster.csv", *ROSTER, *PARTY, "--nonce", "nro=0"], "--nonce completes a --sealed record"),
    (["roster.csv", "--id", "school", *PARTY], "name two arms or more, control first"),
    (["roster.csv", *ARMS, *PARTY], "--id COL"),
    (["roster.csv", "--id", "x", *ARMS, *PARTY], "the roster has no column x; it has school, size"),
    (["roster.csv", "--id", "size", *ARMS, *PARTY], "large is in the roster twice"),
    (["roster.csv", *ROSTER, "--arm", "third:0", *PARTY], 'the ratio of arm "third" is 0'),
    (["roster.csv", *ROSTER, "--arm", "third:x", *PARTY], "write LABEL:RATIO"),
    (["roster.csv", *ROSTER, *PARTY, *PAIRED], "need --covariate, blocked takes none"),
    (["roster.csv", *ROSTER, *PARTY, "--acceptance", "0.1"], "--acceptance belongs to"),
    (["roster.csv", *ROSTER, *PARTY, "--method", "pairs"], "need --covariate"),
    (
        ["roster.csv", *ROSTER, *PARTY, "--method", "pairs", "--covariate", "region"],
        'S00 has the covariate "r0"; write a decimal number',
    ),
    (["roster.csv", *ROSTER, *PARTY, "--commit", "nro"], "--commit takes PARTY=HEX"),
    (["roster.csv", *ROSTER, "--commit", "nro=12"], 'commitment of "nro" must be 64'),
    (["roster.csv", *ROSTER, "--party", "beacon:x"], "does not name a beacon round"),
    (
        ["roster.csv", *ROSTER, *PARTY, "--party", "beacon:drand-quicknet:1"],
        "round 1 of drand-quicknet was published at 23-08-2023 15:09:27 UTC, before the seal",
    ),
    (["roster.csv", *ROSTER, "--party", "beacon:moon:1"], 'no beacon is called "moon"'),
    (["none.csv", *ROSTER, *PARTY], "none.csv cannot be read: No such file"),
    ([], "either a ROSTER to draw or a --sealed record"),
    (["roster.csv", "--sealed", "x"], "either a ROSTER to draw or a --sealed record"),
    (["--sealed", "roster.csv"], "not a JSON document"),
    (["--sealed", "none.json"], "none.json cannot be read: No such file"),
    (["--sealed", "/dev/zero"], "is no file"),
    (["roster.csv", *ROSTER, *PARTY, "--previous", "/dev/zero"], "is no file"),
]


BALANCED = ["--id", "id", *ARMS, *PARTY, "--method", "rerandomised", "--covariate", "x"]
NOT_DRAWABLE = [  # the rows of a roster with id, stratum and two covariates
    ("1,a,1,2\n2,,2,3\n3,a,3,1", ["--id", "id", "--stratum", "s", *ARMS, *PARTY], "a blank in s"),
    ("1,a,1,2\n2,a,2,3\n1,b,3,1", ["--id", "id", *ARMS, *PARTY], "1 is in the roster twice"),
    (
        "1,a,7,2\n2,a,7,3\n3,a,7.0,1",
        [*BALANCED, "--acceptance", "0.1"],
        'the covariate "x" is the same for every unit; leave it out',
    ),
    (
        "1,a,1,2\n2,a,2,4\n3,a,3.5,7",
        [*BALANCED, "--covariate", "y", "--acceptance", "0.1"],
        'the covariate "y" follows from those before it; leave it out',
    ),
    (
        "1,a,1,2\n2,a,2,4\n3,a,3.5,7\n4,a,5,1",
        [*BALANCED, "--acceptance", "0.1"],
        "0.1 of 6 allocations is about 1, and at least 100 must be left",
    ),
    ("1,a,1,2\n2,a,2,4", [*BALANCED, "--acceptance", "1.5"], "it must lie between 0 and 1"),
    ("1,a,1,2\n2,a,x,4", [*BALANCED, "--acceptance", "0.1"], "write a decimal number"),
]


@pytest.mark.parametrize(("rows", "arguments", "sentence"), NOT_DRAWABLE)
def test_a_roster_that_cannot_be_drawn_is_refused_with_a_sentence(
    folder, rows, arguments, sentence
):
    (folder / "small.csv").write_text(f"id,s,x,y\n{rows}\n", encoding="utf-8")

    assert sentence in run("small.csv", *arguments, "--out", "out", status=2)
    assert not (folder / "out").exists()


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_refused_with_a_sentence_and_nothing_written(folder, arguments, sentence):
    assert sentence in run(*arguments, "--out", "out", status=2)
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("nonces", "sentence"),
    [
        ([], "give the nonce of nro with --nonce"),
        ([f"nro={EVALUATOR}"], "not the one it committed to"),
        (["nro=12"], "must be 64 lower-case hexadecimal digits"),
        ([f"nro={NRO}", f"ocw={NRO}"], "ocw is no party of this record"),
        ([f"nro={NRO}", f"nro={NRO}"], "once for each party"),
    ],
)
def test_a_seal_is_not_opened_by_wrong_nonces(folder, nonces, sentence):
    run("roster.csv", *ROSTER, "--commit", f"nro={commitment('nro', NRO)}", "--out", "out")
    given = [part for nonce in nonces for part in ("--nonce", nonce)]

    said = run("--sealed", "out/sealed.json", *given, "--out", "out", status=2)

    assert sentence in said
    assert [path.name for path in (folder / "out").iterdir()] == ["sealed.json"]
