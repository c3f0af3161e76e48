"""Exact chances equal those of the full list, and simulated ones within their error."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from randomisation import BalanceRule, DesignError, stratified
from randomisation.chances import bound_units, chances, joint_chances, never_together
from randomisation.enumeration import enumerate_allocations
from randomisation.redrawing import redraw

DESIGNS = [
    ((1, 1), "aaaabbbccc"),
    ((1, 1), "abcdeff"),
    ((2, 1), "aaaabbbbbcd"),
    ((1, 1, 1), "aaaabbbbbcc"),
    ((3, 2), "aaaaaaabbbbccc"),
    ((1, 1, 1, 1), "aaabbc"),
    ((1, 1, 1, 1), "aaabbbccd"),
]


def seeded():
    return np.random.default_rng(99)


@pytest.mark.parametrize(("ratios", "strata"), DESIGNS)
def test_exact_chances_are_those_of_all_allocations(ratios, strata):
    design = stratified(list("wxyz"[: len(ratios)]), strata, ratios=ratios)
    listed = enumerate_allocations(design, most=2_000_000)

    found = chances(design, seeded())

    assert found.how == "exact"
    for code, ratio in enumerate(ratios):
        expected = listed.chance @ (listed.arm == code)
        assert_allclose(expected, ratio / sum(ratios), rtol=1e-12)
        assert_allclose(found.arm[:, code], expected, rtol=1e-12)
    for first in range(design.n_units):
        shared = listed.chance @ (listed.arm == listed.arm[:, [first]])
        assert_allclose(found.same[first], shared, atol=1e-12)


@pytest.mark.parametrize(("ratios", "strata"), DESIGNS)
def test_joint_chances_are_those_of_all_allocations(ratios, strata):
    design = stratified(list("wxyz"[: len(ratios)]), strata, ratios=ratios)
    listed = enumerate_allocations(design, most=2_000_000)

    for first, second in [(0, 1), (0, len(strata) - 1), (4, 5), (len(strata) - 1, 3)]:
        table = joint_chances(design, first, second)
        assert sum(map(sum, table)) == 1
        for a, row in enumerate(table):
            assert sum(row) == Fraction(ratios[a], sum(ratios))
            for b, chance in enumerate(row):
                both = (listed.arm[:, first] == a) & (listed.arm[:, second] == b)
                assert_allclose(float(chance), listed.chance[both].sum(), atol=1e-12)


def test_exact_chances_of_a_roster_are_simulated_ones_within_four_standard_errors():
    rng = np.random.default_rng(4)
    strata = [f"s{k}" for k in rng.integers(13, size=90)]
    design = stratified(["a", "b", "c"], strata, ratios=(2, 1, 1))
    exact = chances(design, seeded())

    drawn = redraw(design, 10_000, seeded())

    for code in range(3):
        p = exact.arm[:, code]
        error = np.sqrt(p * (1 - p) / 10_000)
        assert np.all(np.abs((drawn == code).mean(axis=0) - p) < 4 * error)
    for first, second in rng.choice(90, size=(60, 2)):
        p = exact.same[first, second]
        error = np.sqrt(p * (1 - p) / 10_000)
        assert abs((drawn[:, first] == drawn[:, second]).mean() - p) <= 4 * error


def test_pairs_are_never_together_and_lone_units_of_two_strata_neither():
    """With a lone unit in each of two strata, the deck of two parts them as a pair."""
    never, always = bound_units(chances(stratified(["a", "b"], "aabbcd"), seeded()).same)

    assert never == [(0, 1), (2, 3), (4, 5)]
    assert always == []


def test_units_that_always_share_an_arm_are_found():
    covariates = np.array([[0.0], [0.0], [10.0], [10.0], [4.0], [6.0]])
    rule = BalanceRule(covariates, 0.05)
    design = stratified(["a", "b"], "xyxyxy", balance=rule)

    found = chances(design, seeded())
    listed = enumerate_allocations(design)

    assert found.how == "enumerated"
    never, always = bound_units(found.same)
    for pairs, shared in ((never, False), (always, True)):
        for first, second in pairs:
            assert np.all((listed.arm[:, first] == listed.arm[:, second]) == shared)
    assert never


def test_a_large_rerandomised_design_is_simulated_and_says_so():
    covariates = np.random.default_rng(1).normal(size=(30, 2))
    design = stratified(["a", "b"], ["s"] * 30, balance=BalanceRule(covariates, 0.5))

    found = chances(design, seeded(), n_draws=4_000)

    assert (found.how, found.n_draws) == ("simulated", 4_000)
    assert np.all(np.abs(found.arm[:, 0] - 0.5) < 4 * np.sqrt(0.25 / 4_000))
    assert_allclose(found.arm.sum(axis=1), 1.0)


@pytest.mark.parametrize(("ratios", "strata"), [*DESIGNS, ((1, 1), "ab"), ((1, 1), "aabbccdd")])
def test_pairs_never_together_are_found_without_the_chances_of_all_pairs(ratios, strata):
    design = stratified([f"arm {k}" for k in range(len(ratios))], strata, ratios=ratios)

    never, always = bound_units(chances(design, seeded()).same)

    assert never_together(design) == never
    assert always == []  # no blocked design binds two units to one arm


@pytest.mark.parametrize("pair", [(1, 1), (0, 2)])
def test_exact_joint_chances_are_refused_where_there_are_none(pair):
    rule = BalanceRule(np.array([[1.0], [2.0], [4.0], [9.0]]), 1.0)
    design = stratified(["a", "b"], "aabb", balance=rule if pair == (0, 2) else None)

    with pytest.raises(DesignError, match="two units of a blocked design"):
        joint_chances(design, *pair)
