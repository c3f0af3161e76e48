"""Redraws follow the rule of the official draw."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from randomisation import BalanceRule, NothingAccepted, stratified
from randomisation.exact import exact_balance
from randomisation.redrawing import accepted, candidates, distances, redraw, whiten


def design_with(threshold, n_arms=2, n=24, seed=3):
    rng = np.random.default_rng(seed)
    covariates = rng.normal(50, 9, size=(n, 2)).round(2)
    strata = [f"s{i % 3}" for i in range(n)]
    arms = [f"arm {k}" for k in range(n_arms)]
    return stratified(arms, strata, balance=BalanceRule(covariates, threshold))


@pytest.mark.parametrize("n_arms", [2, 3])
def test_distances_are_the_exact_ones(n_arms):
    design = design_with(1.0, n_arms)
    texts = [[f"{value:.2f}" for value in row] for row in design.balance.covariates]
    exact = exact_balance(("a", "b"), texts)
    (arm,) = candidates(design, 40, np.random.default_rng(1))

    expected = [float(exact.largest(row, n_arms)) for row in arm]
    assert_allclose(distances(design.balance, arm, n_arms), expected, rtol=1e-9)


def test_an_empty_arm_is_infinitely_far():
    rule = BalanceRule(np.array([[1.0], [2.0], [4.0]]), 9.0)
    arm = np.array([[0, 1, 1], [0, 2, 1]], dtype=np.int8)

    assert np.isinf(distances(rule, arm, 3)).tolist() == [True, False]


def test_every_redraw_of_a_rerandomised_design_is_accepted():
    design = design_with(0.1)

    drawn = redraw(design, 300, np.random.default_rng(2))

    assert drawn.shape == (300, 24)
    assert accepted(design, drawn).all()
    assert len(np.unique(drawn, axis=0)) > 200


def test_redraws_of_a_small_design_are_all_acceptable_ones_equally_often():
    """Four units, two covariates: the accepted of the six splits, each about as often."""
    covariates = np.array([[1.0, 5.0], [2.0, 1.0], [4.0, 2.0], [8.0, 3.0]])
    design = stratified(["a", "b"], ["s"] * 4, balance=BalanceRule(covariates, 2.3))
    (every,) = candidates(design, 2_000, np.random.default_rng(1))
    allowed = {bytes(row) for row in every[accepted(design, every)]}

    drawn = redraw(design, 4_000, np.random.default_rng(2))

    splits, counts = np.unique(drawn, axis=0, return_counts=True)
    assert {bytes(row) for row in splits} == allowed
    assert 2 <= len(splits) < 6
    share = 1 / len(splits)
    assert np.all(np.abs(counts - 4_000 * share) < 4 * np.sqrt(4_000 * share * (1 - share)))


def test_parts_of_a_large_redraw_differ(monkeypatch):
    monkeypatch.setattr("randomisation.redrawing.WORDS_AT_ONCE", 300)
    design = stratified(["a", "b"], ["s"] * 30)

    drawn = redraw(design, 50, np.random.default_rng(2))

    assert drawn.shape == (50, 30)
    assert len(np.unique(drawn, axis=0)) == 50


def test_a_threshold_that_nothing_meets_is_said():
    with pytest.raises(NothingAccepted, match="only 0 of 1000 candidates are balanced enough"):
        redraw(design_with(1e-9), 5, np.random.default_rng(2), max_candidates=1_000)


def test_whitened_covariates_have_variance_one_and_no_correlation():
    covariates = np.random.default_rng(1).normal(size=(40, 3)) @ np.array(
        [[1.0, 2, 0], [0, 3, 1], [0, 0, 9]]
    )

    assert_allclose(np.cov(whiten(covariates), rowvar=False), np.eye(3), atol=1e-12)
