"""What a stored specification asks is what the command makes, of every wave of a draw."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.analysis.inference.test_waves import FIRST, SECOND, trial
from trials.errors import BadInput
from trials.reports.estimation import FILE, as_command, estimate_release, receipt_name
from trials.reports.posting import read_result
from web.commands.estimate import estimate_command


def test_permutations_of_a_trial_in_waves_redraw_all_its_receipts():
    frame, _ = trial([FIRST, SECOND])
    asked = {"outcome": "y", "arm": "arm", "school": "school", "control": "0", "permutations": 40}
    receipts = {number: json.dumps(r).encode() for number, r in ((1, FIRST), (3, SECOND))}
    specification = asked | {"receipts": [1, 3], "seed": 1}

    made = estimate_release(frame.to_csv(index=False).encode(), specification, receipts)

    permutation = made["contrasts"][0]["permutation"]
    assert permutation["draws"] == 36  # six of either wave, each with each
    assert "2 waves" in permutation["scheme"]
    assert "--receipt receipt-1.json --receipt receipt-3.json" in as_command(specification)


MODEL = {
    "outcome": "y", "arm": "arm", "school": "school", "control": "0", "design": "cluster",
    "method": "reml", "df": "satterthwaite", "level": 0.9, "strata": ["town"],
    "covariates": ["before", "year"], "categorical": ["year"],
}  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"syntax": True, "subgroups": ["town"], "dose": "sessions", "threshold": 3.5},
        {"permutations": 99, "seed": 4, "receipts": [1, 3]},
        {"outcomes": ["before"], "covariates": [], "categorical": [], "family": "holm"},
        {"missing_data": "rule", "missing_above": 0.01, "imputations": 2, "seed": 3},
        {"balance": ["before"], "attrition": True, "robust": True},
        {"curve": True, "curve_covariates": ["sessions"]},
    ],
    ids=lambda more: next(iter(more)),
)
def test_the_command_printed_beside_an_estimate_makes_it_again(more, tmp_path, monkeypatch):
    frame, _ = trial([FIRST, SECOND])
    rng = np.random.default_rng(3)
    frame["before"] = rng.normal(size=len(frame)).round(3)
    frame["sessions"] = frame.arm * rng.integers(2, 6, len(frame))
    frame["town"] = ["north", "south"] * (len(frame) // 2)
    frame["year"] = rng.integers(7, 9, len(frame))
    frame.loc[3, "y"] = np.nan
    content = frame.to_csv(index=False).encode()
    receipts = {number: json.dumps(r).encode() for number, r in ((1, FIRST), (3, SECOND))}
    monkeypatch.chdir(tmp_path)
    Path(FILE).write_bytes(content)
    for number, receipt in receipts.items():
        Path(receipt_name(number)).write_bytes(receipt)

    made = estimate_release(content, MODEL | more, receipts)

    _, _, *words = shlex.split(as_command(MODEL | more))
    ran = CliRunner().invoke(estimate_command, [*words, "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout) == json.loads(json.dumps(made))
    assert read_result(ran.stdout.encode()) == json.loads(ran.stdout)  # as an evaluator sends it


def test_a_receipt_that_was_changed_is_refused_in_a_sentence_of_this_house():
    """Why it does not hold is the English of the check, which no page can show."""
    frame, _ = trial([FIRST])
    changed = json.dumps(FIRST).replace(FIRST["seed"], FIRST["seed"][::-1]).encode()
    asked = {"outcome": "y", "arm": "arm", "school": "school", "control": "0", "permutations": 40}

    with pytest.raises(BadInput, match="loting verify says which and why") as refusal:
        estimate_release(
            frame.to_csv(index=False).encode(), asked | {"receipts": [1]}, {1: changed}
        )

    assert refusal.value.values == {}
