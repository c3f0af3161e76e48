"""A rehearsal tells what a design would do, and never who gets what."""

from dataclasses import fields

import numpy as np
import pytest

from randomisation import BalanceRule, DesignError, redraw, stratified
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
    left = variance_left(design, covariates, redraw(design, 6_000, rng()))

    assert abs(left - 1) < 4 * np.sqrt(2 / 3 / 6_000)  # M is about chi-square with 3 df


def test_rerandomising_leaves_the_variance_that_morgan_and_rubin_give():
    """With two covariates and threshold a: (1 - exp(-a/2)(1 + a/2)) / (1 - exp(-a/2))."""
    covariates = np.random.default_rng(3).normal(size=(100, 2))
    rule = BalanceRule(covariates, 0.5)

    design = stratified(["a", "b"], ["s"] * 100, balance=rule)
    left = variance_left(design, covariates, redraw(design, 2_000, rng()))

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
