"""The balance M in exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from randomisation.exact import exact_balance, rounded

NAMES = ("pretest_mean", "n_pupils", "third")


def mahalanobis(x, arm, k):
    """Morgan and Rubin's M by numpy, for arm k against control."""
    mine, control = x[arm == k], x[arm == 0]
    apart = mine.mean(axis=0) - control.mean(axis=0)
    factor = len(mine) * len(control) / (len(mine) + len(control))
    return factor * apart @ np.linalg.inv(np.cov(x, rowvar=False)) @ apart


@pytest.mark.parametrize("n_arms", [2, 3])
@pytest.mark.parametrize("decimals", [0, 2, 30])
def test_exact_balance_is_the_formula_written_out(n_arms, decimals):
    """With 30 decimals the sums no longer fit in 64 bits; the result is the same."""
    rng = np.random.default_rng(8)
    x = rng.normal(50, 20, size=(24, 3)).round(min(decimals, 2))
    texts = [[f"{value:.{min(decimals, 2)}f}" for value in row] for row in x]
    if decimals == 30:
        texts = [[text + "0" * 28 for text in row] for row in texts]
    arm = rng.permutation(np.arange(24) % n_arms).astype(np.int8)

    largest = exact_balance(NAMES, texts).largest(arm, n_arms)

    assert_allclose(float(largest), max(mahalanobis(x, arm, k) for k in range(1, n_arms)), 1e-10)


def test_a_sum_that_overflows_64_bits_is_still_exact():
    rows = [[str(9 * 10**18 + i * i)] for i in range(6)]
    small = [[str(i * i)] for i in range(6)]
    arm = np.array([0, 1, 1, 0, 0, 1], dtype=np.int8)

    large = exact_balance(["x"], rows).largest(arm, 2)

    assert large == exact_balance(["x"], small).largest(arm, 2)
    assert large == Fraction(3, 2) * Fraction(30 - 25, 3) ** 2 / Fraction(979 * 6 - 55**2, 30)


def test_an_empty_arm_has_no_balance():
    balance = exact_balance(["x"], [["1"], ["2"], ["4"]])

    assert balance.largest(np.array([0, 1, 1], dtype=np.int8), 3) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(25, 2), "12.500000000000"),
        (Fraction(0), "0.000000000000"),
        (Fraction(5, 10**13), "0.000000000000"),  # half goes to even
        (Fraction(15, 10**13), "0.000000000002"),
    ],
)
def test_the_balance_shown_has_twelve_decimals_rounded_half_to_even(value, text):
    assert rounded(value) == text
