"""Standardised differences and what spread to expect of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from randomisation import BalanceRule, DesignError, redraw, stratified
from randomisation.balance import balance
from randomisation.differences import expected_differences, standardised_differences


def test_a_difference_is_in_standard_deviations_of_all_units():
    covariates = np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 40.0], [7.0, 20.0]])
    arm = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=np.int8)

    found = standardised_differences(covariates, arm, 2)

    sd = covariates.std(axis=0, ddof=1)
    assert_allclose(found[0, 0], [(6 - 2) / sd[0], (30 - 10) / sd[1]])
    assert_allclose(found[1, 0], [(5 - 3) / sd[0], (15 - 25) / sd[1]])


def test_units_without_a_value_are_left_out_of_both_means():
    covariates = np.array([[1.0], [np.nan], [5.0], [7.0], [np.nan], [3.0]])
    arm = np.array([[0, 0, 1, 2, 2, 2], [0, 1, 0, 2, 1, 2]], dtype=np.int8)

    found = standardised_differences(covariates, arm, 3)

    sd = np.std([1, 5, 7, 3], ddof=1)
    assert_allclose(found[0, :, 0], [4 / sd, 4 / sd])
    assert np.isnan(found[1, 0, 0])  # nobody in the first arm has a value
    assert_allclose(found[1, 1, 0], 2 / sd)


def test_the_spread_is_that_of_complete_randomisation():
    """Standard deviation of a difference of means: sqrt(1/10 + 1/10), within simulation error."""
    covariates = np.random.default_rng(3).normal(size=(20, 1))
    design = stratified(["control", "phonics"], ["s"] * 20)

    rng = np.random.default_rng(5)
    expected = expected_differences(design, covariates, rng, n_draws=8_000)
    (row,) = balance(design, ["pretest"], covariates, rng, expected=expected)

    assert abs(row.spread - np.sqrt(0.2)) < 4 * np.sqrt(0.2) / np.sqrt(2 * 8_000)
    assert 1.8 < row.one_in_twenty / row.spread < 2.1
    assert row.difference is None


def test_rerandomising_narrows_the_spread_of_every_covariate():
    covariates = np.random.default_rng(3).normal(size=(40, 2))
    plain = stratified(["a", "b"], ["s"] * 40)
    tight = stratified(["a", "b"], ["s"] * 40, balance=BalanceRule(covariates, 0.1))

    wide = balance(plain, ["x", "y"], covariates, np.random.default_rng(5))
    narrow = balance(tight, ["x", "y"], covariates, np.random.default_rng(5))

    for before, after in zip(wide, narrow, strict=True):
        assert after.spread < 0.4 * before.spread


def test_after_the_draw_each_row_has_the_drawn_difference():
    covariates = np.random.default_rng(3).normal(size=(24, 2))
    covariates[4, 1] = np.nan
    design = stratified(["control", "one", "two"], ["s"] * 24)
    arm = redraw(design, 1, np.random.default_rng(6))[0]

    rows = balance(design, ["x", "y"], covariates, np.random.default_rng(5), arm=arm)

    drawn = standardised_differences(covariates, arm[None], 3)[0]
    assert [(row.covariate, row.arm, row.missing) for row in rows] == [
        ("x", "one", 0),
        ("x", "two", 0),
        ("y", "one", 1),
        ("y", "two", 1),
    ]
    assert_allclose([row.difference for row in rows], drawn.T.ravel())
    assert rows[0].to_dict()["difference"] == rows[0].difference


def test_a_covariate_without_variation_is_refused():
    with pytest.raises(DesignError, match="covariate 2 is the same for every unit"):
        standardised_differences(np.array([[1.0, 5], [2, 5], [3, np.nan]]), np.zeros((1, 3)), 2)
