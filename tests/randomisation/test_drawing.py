"""The official draw."""

from fractions import Fraction

import numpy as np
import pytest

from randomisation import NothingAccepted, WrongNonce, assign, draw
from randomisation.exact import exact_balance, rounded
from randomisation.words import candidate_words


def test_the_same_record_and_nonces_give_the_same_receipt(generate, kind):
    record, nonces = generate(kind, 1)

    assert draw(record, nonces).to_dict() == draw(record.to_dict(), nonces).to_dict()


def test_another_nonce_of_one_party_is_another_draw(generate):
    record, nonces = generate("blocked", 2)

    drawn = draw(record, nonces)
    other = draw(record, [*nonces[:2], "00" * 32])

    assert drawn.seed != other.seed


def test_a_wrong_nonce_is_refused(generate):
    record, nonces = generate("blocked", 2)

    with pytest.raises(WrongNonce):
        draw(record, [nonces[1], nonces[1], nonces[2]])


@pytest.mark.parametrize("seed", range(5))
def test_the_first_candidate_below_the_threshold_is_taken(generate, seed):
    record, nonces = generate("rerandomised three arms", seed)
    receipt = draw(record, nonces)

    exact = exact_balance(record.method.covariates, [unit.covariates for unit in record.units])
    design, threshold = record.design, Fraction(record.method.threshold)
    distances = [
        exact.largest(assign(design, candidate_words(receipt.seed, c, design)[None])[0], 3)
        for c in range(receipt.candidate + 1)
    ]

    assert all(distance >= threshold for distance in distances[:-1])
    assert distances[-1] < threshold
    assert receipt.balance == rounded(distances[-1])


def test_a_threshold_nothing_meets_draws_nothing(vectors):
    sealed = vectors[3]["sealed"]
    method = sealed["method"] | {"threshold": "0.000000000001", "max_candidates": 50}

    with pytest.raises(NothingAccepted, match=r"none of 50 candidates .* nothing was drawn"):
        draw(sealed | {"method": method}, vectors[3]["nonces"])


def test_the_threshold_itself_is_not_below_the_threshold(vectors):
    """One unit per arm and values 0 and 1: M is exactly 1 for both allocations."""
    sealed = vectors[3]["sealed"]
    units = [{"id": i, "stratum": "s", "covariates": [i]} for i in ("0", "1")]
    method = {"name": "rerandomised", "covariates": ["x"], "max_candidates": 9}

    with pytest.raises(NothingAccepted):
        draw(sealed | {"units": units, "method": method | {"threshold": "1"}}, vectors[3]["nonces"])
    above = method | {"threshold": "1.0000000000000000000000001"}
    assert draw(sealed | {"units": units, "method": above}, vectors[3]["nonces"]).candidate == 0


def test_arms_of_many_draws_are_even(generate):
    """The words of SHA-256 are as even as any: 400 draws, each unit's share within 4 sd."""
    record, nonces = generate("blocked", 4)
    n = len(record.units)

    intervention = np.zeros(n)
    for number in range(400):
        receipt = draw(record, [*nonces[:2], f"{number:064x}"])
        intervention += [arm == record.arms[1].label for arm in receipt.allocation.values()]

    assert np.all(np.abs(intervention - 200) < 4 * 10)


def test_a_candidate_with_an_empty_arm_is_passed_over(vectors):
    """Three units at 3:1 get three of four cards: in one candidate of four all are control."""
    sealed = vectors[3]["sealed"]
    sealed = sealed | {
        "arms": [{"label": "control", "ratio": 3}, {"label": "phonics", "ratio": 1}],
        "units": [{"id": i, "stratum": "s", "covariates": [i]} for i in "014"],
        "method": sealed["method"] | {"covariates": ["x"], "threshold": "1000"},
    }

    receipts = [draw(sealed | {"trial": f"t{k}"}, vectors[3]["nonces"]) for k in range(40)]

    assert all("phonics" in receipt.allocation.values() for receipt in receipts)
    assert {receipt.candidate for receipt in receipts} >= {0, 1}
