"""What a stored specification asks is what the command makes, of every wave of a draw."""

import json

import pytest

from tests.analysis.inference.test_waves import FIRST, SECOND, trial
from trials.errors import BadInput
from trials.reports.estimation import as_command, estimate_release


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
