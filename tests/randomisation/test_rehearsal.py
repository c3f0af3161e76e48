"""A rehearsal tells what a design would do, and never who gets what."""

from dataclasses import fields

import numpy as np
import pytest

from randomisation import BalanceRule, DesignError, redraw, stratified
from randomisation.differences import expected_differences, standardised_differences
from randomisation.matching import match
from randomisation.rehearsal import Rehearsal, rehearse, variance_left


def rng():
    return np.random.default_rng(17)


def test_strata_with_fewer_units_than_arms_are_listed():
    rehearsal = rehearse(stratified(["a", "b", "c"], "aaabbbbccd"), rng())

    assert rehearsal.too_small == (2, 3)
    assert rehearsal.possible.exact
    assert rehearsal.how == "exact"


def test_merging_small_strata_leaves_more_allocations():
    apart = rehearse(stratified(["a", "b"], "aaabbbcc"), rng())
    merged = rehearse(stratified(["a", "b"], "aaabbbbb"), rng())

    assert merged.possible.count > apart.possible.count
    assert apart.never_together == ((6, 7),)
    assert merged.never_together == ()


def test_complete_randomisation_leaves_all_variance():
    covariates = np.random.default_rng(3).normal(size=(40, 3))

    design = stratified(["a", "b"], ["s"] * 40)
    drawn = redraw(design, 6_000, rng())
    left = variance_left(design, covariates, standardised_differences(covariates, drawn, 2))

    assert abs(left - 1) < 4 * np.sqrt(2 / 3 / 6_000)  # M is about chi-square with 3 df


def test_rerandomising_leaves_the_variance_that_morgan_and_rubin_give():
    """With two covariates and threshold a: (1 - exp(-a/2)(1 + a/2)) / (1 - exp(-a/2))."""
    covariates = np.random.default_rng(3).normal(size=(100, 2))
    rule = BalanceRule(covariates, 0.5)

    design = stratified(["a", "b"], ["s"] * 100, balance=rule)
    drawn = redraw(design, 2_000, rng())
    left = variance_left(design, covariates, standardised_differences(covariates, drawn, 2))

    expected = (1 - np.exp(-0.25) * 1.25) / (1 - np.exp(-0.25))
    assert abs(left - expected) < 0.01


def test_pairs_beat_strata_where_the_covariates_matter():
    covariates = np.random.default_rng(3).normal(size=(40, 2))
    paired = match(covariates, ["s"] * 40)

    blocked = rehearse(stratified(["a", "b"], ["s"] * 40), rng(), covariates=covariates)
    pairs = rehearse(stratified(["a", "b"], paired.strata), rng(), covariates=covariates)

    assert pairs.variance_left < 0.4 < blocked.variance_left
    assert pairs.detectable_factor(0.5) < 0.85 < blocked.detectable_factor(0.5)
    assert pairs.detectable_factor(0.0) == 1.0
    assert len(pairs.never_together) == 20


def test_without_covariates_there_is_no_factor():
    with pytest.raises(DesignError, match="a factor needs covariates"):
        rehearse(stratified(["a", "b"], "aabb"), rng()).detectable_factor(0.5)


def test_nothing_in_a_rehearsal_is_an_allocation():
    """Its values are counts, chances and pairs of units; none is as long as the roster."""
    rehearsal = rehearse(stratified(["a", "b"], "aaaaaabbbbbb"), rng())

    for field in fields(Rehearsal):
        value = getattr(rehearsal, field.name)
        assert not isinstance(value, np.ndarray)
        assert not (isinstance(value, tuple) and len(value) == 12)


def test_a_rule_too_strict_to_redraw_is_approximated_by_normal_differences():
    """A hundred schools, acceptance about 1 in 25: both ways give one spread, within 10 percent."""
    covariates = np.random.default_rng(3).normal(size=(100, 2))
    others = np.column_stack([covariates[:, 0] + np.random.default_rng(4).normal(size=100)])
    rule = BalanceRule(covariates, 0.1)
    design = stratified(["a", "b"], ["s"] * 60 + ["t"] * 40, balance=rule)

    drawn = expected_differences(design, others, rng(), n_draws=1_000)
    guess = expected_differences(design, others, rng(), most_words=150_000)

    assert (drawn.how, guess.how) == ("redrawn", "approximated")
    assert 0.9 < guess.values.std() / drawn.values.std() < 1.1
    assert 0.8 < guess.share / drawn.share < 1.25


def test_accepting_fewer_allocations_raises_the_smallest_p_value():
    covariates = np.random.default_rng(3).normal(size=(12, 1))
    plain = rehearse(stratified(["a", "b"], ["s"] * 12), rng(), covariates=covariates)
    rule = BalanceRule(covariates, 0.1)
    strict = rehearse(
        stratified(["a", "b"], ["s"] * 12, balance=rule), rng(), covariates=covariates
    )

    assert plain.smallest_p == 1 / 924
    assert strict.smallest_p == pytest.approx(1 / 924 / strict.share)
    assert 0.1 < strict.share < 0.4
    assert strict.how == "enumerated"
    assert strict.spreads[0] < 0.5 * plain.spreads[0]


def test_a_large_roster_is_rehearsed_within_bounds():
    """More strata with leftovers than are counted exactly: a lower bound, and a hundred redraws."""
    strata = [f"s{k % 101}" for k in range(303)]

    rehearsal = rehearse(stratified(["a", "b"], strata), rng(), most_words=1_000)

    assert not rehearsal.possible.exact
    assert rehearsal.possible.count == 3**101
    assert rehearsal.n_draws == 100


def test_a_group_of_two_comes_apart_with_its_exact_chance_and_a_larger_one_about_so():
    """Four of twelve in each of three arms: 1 - 3/11 for two; three share with 3/11 * 2/10."""
    design = stratified(["a", "b", "c"], ["s"] * 12)

    two, three = rehearse(design, rng(), groups=[(0, 5), (0, 5, 7)], n_draws=4_000).apart

    assert two == pytest.approx(8 / 11)
    assert abs(three - (1 - 3 / 55)) < 4 * np.sqrt(0.052 / 4_000)
