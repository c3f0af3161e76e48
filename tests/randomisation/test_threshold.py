"""A proposed threshold accepts about the share of allocations that was asked for."""

import numpy as np
import pytest

from randomisation import BalanceRule, DesignError, stratified
from randomisation.redrawing import accepted, candidates
from randomisation.threshold import propose_threshold


def design_with(n_arms, threshold=1.0, n=120):
    covariates = np.random.default_rng(3).normal(50, 9, size=(n, 2))
    return stratified(
        [f"arm {k}" for k in range(n_arms)],
        ["s"] * n,
        balance=BalanceRule(covariates, threshold),
    )


def test_for_two_arms_it_is_the_chi_square_quantile_to_six_digits():
    """With two covariates the quantile is -2 log(1 - P)."""
    assert propose_threshold(design_with(2), 0.1) == "0.210721"
    assert propose_threshold(design_with(2), 0.000001) == "0.000002"


@pytest.mark.parametrize("n_arms", [2, 3, 4])
def test_about_the_share_asked_for_is_accepted(n_arms):
    """20,000 candidates at 5 %: a standard deviation of 0.0015, twice that with simulation."""
    threshold = propose_threshold(design_with(n_arms), 0.05)
    design = design_with(n_arms, float(threshold))

    rng = np.random.default_rng(77)
    share = np.mean(np.concatenate([accepted(design, a) for a in candidates(design, 20_000, rng)]))

    assert abs(share - 0.05) < 0.01


@pytest.mark.parametrize("acceptance", [0, 1, -0.1, float("nan")])
def test_a_share_outside_nought_and_one_is_refused(acceptance):
    with pytest.raises(DesignError, match="must lie between 0 and 1"):
        propose_threshold(design_with(2), acceptance)


def test_a_share_that_leaves_too_few_allocations_is_refused():
    """Of 252 splits of ten units a half is enough and a tenth is not."""
    assert propose_threshold(design_with(2, n=10), 0.5)
    with pytest.raises(DesignError, match=r"0\.1 of 252 allocations is about 25, and at least 100"):
        propose_threshold(design_with(2, n=10), 0.1)


def test_without_covariates_there_is_nothing_to_balance():
    with pytest.raises(DesignError, match="at least one covariate"):
        propose_threshold(stratified(["a", "b"], ["s"] * 4), 0.1)
