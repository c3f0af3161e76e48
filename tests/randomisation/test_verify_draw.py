"""The verifier of the kit and ``verify`` share no code and agree on every receipt."""

import ast
import importlib.util
import json
import random
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import randomisation
from randomisation import draw, verify
from randomisation.canonical import canonical, read_json
from randomisation.errors import Refusal
from tests.randomisation.generated import ARMS, generated

SCRIPT = Path(randomisation.__file__).parent / "verify_draw.py"
PER_KIND = 112  # over nine kinds a thousand and eight
JUDGE_ALL = """
import contextlib, glob, io, runpy, sys
main = runpy.run_path(sys.argv[1])["main"]
for path in sorted(glob.glob("*.json")):
    sys.argv[1:] = [path]
    with contextlib.redirect_stdout(io.StringIO()):
        status = main()
    print(status)
"""
ALPHABET = "0123456789abcdefABCDEFxyz é/-.,:{}[]\"' ~"


@pytest.fixture
def says(tmp_path, monkeypatch, capsys):
    """Return a function from the text of a receipt to the script's exit status and sentence."""
    spec = importlib.util.spec_from_file_location("kit_verifier", SCRIPT)
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


def with_one_other_character(text, position, source):
    other = source.choice([character for character in ALPHABET if character != text[position]])
    return text[:position] + other + text[position + 1 :]


@pytest.fixture(scope="module")
def receipts():
    """Receipts of all kinds, each with another that has one other character at a random place."""
    source = random.Random(20270420)
    found = []
    for kind, seed in product(ARMS, range(PER_KIND)):
        text = canonical(draw(*generated(kind, seed)).to_dict()).decode()
        found.append((text, with_one_other_character(text, source.randrange(len(text)), source)))
    return found


def test_both_accept_a_thousand_receipts_and_reject_them_with_one_other_character(says, receipts):
    assert len(receipts) >= 1_000
    for text, changed in receipts:
        assert holds(text)
        assert says(text)[0] == 0
        assert not holds(changed), changed
        assert says(changed)[0] == 1, changed


@pytest.mark.parametrize("vector_number", [0, 3])
def test_no_character_of_a_receipt_can_be_changed(says, vectors, vector_number):
    """Every position of a receipt of two units, also of the JSON around the values."""
    sealed = vectors[vector_number]["sealed"]
    sealed = sealed | {"units": sealed["units"][:2]}
    if vector_number == 3:
        sealed["method"] = {**sealed["method"], "covariates": ["x"], "threshold": "1.1"}
        sealed["units"] = [{**u, "covariates": u["covariates"][:1]} for u in sealed["units"]]
    text = canonical(draw(sealed, vectors[vector_number]["nonces"]).to_dict()).decode()
    source = random.Random(1)

    for position in range(len(text)):
        changed = with_one_other_character(text, position, source)
        assert not holds(changed), changed
        assert says(changed)[0] == 1, changed


def test_a_candidate_written_as_minus_nought_is_rejected(says, generate):
    text = canonical(draw(*generate("blocked", 0)).to_dict()).decode()
    changed = text.replace('"candidate":0', '"candidate":-0')

    assert changed != text
    assert not holds(changed)
    assert says(changed)[0] == 1


@pytest.mark.parametrize(
    ("text", "part"),
    [("", "Expecting value"), ("{}", "sealed"), ('{"sealed":1,"sealed":1}', "a key occurs twice")],
)
def test_what_is_no_receipt_is_rejected_with_one_sentence(says, text, part):
    status, sentence = says(text)

    assert status == 1
    assert part in sentence
    assert sentence.count("\n") == 1
    assert not holds(text)


def forged(receipt, change):
    """Return a receipt that follows from a record nobody should have sealed."""
    sealed = json.loads(json.dumps(receipt["sealed"]))
    change(sealed)
    return canonical(receipt | {"sealed": sealed}).decode()


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda sealed: sealed["units"].reverse(), "not sorted"),
        (lambda sealed: sealed["units"].append(sealed["units"][-1]), "there twice"),
        (lambda sealed: sealed["arms"][0].update(ratio=0), "not positive"),
        (lambda sealed: [arm.update(ratio=2) for arm in sealed["arms"]], "lowest terms"),
        (lambda sealed: sealed["arms"].pop(), "one arm only"),
        (lambda sealed: sealed["units"][0].update(stratum=" "), "stratum is blank"),
        (lambda sealed: sealed["entropy"].pop(), "argument 2 is longer"),
        (lambda sealed: sealed["entropy"].reverse(), "malformed|committed to"),
        (lambda sealed: sealed.update(spec="loting-draw/0"), "another specification"),
        (lambda sealed: sealed["method"].update(name="coin"), "method is unknown"),
    ],
)
def test_a_record_that_may_not_be_sealed_is_rejected_by_its_own_rule(says, generate, change, part):
    text = forged(draw(*generate("blocked", 0)).to_dict(), change)

    status, sentence = says(text)

    assert status == 1
    assert any(choice in sentence for choice in part.split("|")), sentence
    assert not holds(text)


def interpreter(version):
    """Return a Python of this version, from the path or from pyenv, or None."""
    candidates = [shutil.which(f"python{version}"), sys.executable]
    candidates += Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
    ask = "import sys; print('{}.{}'.format(*sys.version_info))"
    for python in filter(None, candidates):
        ran = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
        if ran.stdout.strip() == version:
            return python
    return None


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_script_runs_alone_on_each_python_there_is(tmp_path, receipts, version):
    """From an empty folder, isolated: nothing of this project can be imported."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not here")
    script = shutil.copy(SCRIPT, tmp_path)

    for status, text in enumerate(receipts[0]):
        (tmp_path / "receipt.json").write_bytes(text.encode())
        ran = subprocess.run(
            [python, "-I", script, "receipt.json"],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == status, ran
        assert ran.stdout.count("\n") == 1
        assert not ran.stderr


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_each_python_there_is_agrees_on_a_thousand_receipts(tmp_path, receipts, version):
    """All in one process; the Python of the tests has judged them above."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not here")
    script = shutil.copy(SCRIPT, tmp_path)
    for number, (text, changed) in enumerate(receipts):
        (tmp_path / f"{number:04d}-0.json").write_bytes(text.encode())
        (tmp_path / f"{number:04d}-1.json").write_bytes(changed.encode())

    ran = subprocess.run(
        [python, "-I", "-c", JUDGE_ALL, script],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.stdout.split() == ["0", "1"] * len(receipts), ran.stderr


def test_the_script_is_short_and_imports_the_standard_library_alone():
    source = SCRIPT.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    imported = {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}

    assert imported <= sys.stdlib_module_names
    assert len(source.splitlines()) < 150


def test_both_pass_over_a_candidate_with_an_empty_arm(says, vectors):
    """Three units at 3:1: in one candidate of four all of them are control."""
    sealed = vectors[3]["sealed"]
    sealed = sealed | {
        "arms": [{"label": "control", "ratio": 3}, {"label": "phonics", "ratio": 1}],
        "units": [{"id": i, "stratum": "s", "covariates": [i]} for i in "014"],
        "method": sealed["method"] | {"covariates": ["x"], "threshold": "1000"},
    }
    candidates = set()
    for number in range(20):
        receipt = draw(sealed | {"trial": f"t{number}"}, vectors[3]["nonces"]).to_dict()
        candidates.add(receipt["candidate"])
        assert says(canonical(receipt).decode())[0] == 0

    assert candidates >= {0, 1}
