"""How many allocations there are, and all of them."""

import hashlib
from fractions import Fraction
from itertools import permutations, product
from math import comb

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import chisquare

from randomisation import BalanceRule, DesignError, NothingAccepted, assign, stratified
from randomisation.enumeration import enumerate_allocations, support
from randomisation.redrawing import candidates
from randomisation.words import candidate_words

SMALL = [
    ((1, 1), "aabbb"),
    ((1, 1), "abcd"),
    ((1, 1, 1), "aabc"),
    ((2, 1), "aaab"),
    ((2, 1), "abbc"),
    ((1, 1, 1), "aabb"),
    ((2, 1, 1), "aab"),
]
LARGER = [
    ((1, 1), "aaaabbbccc"),
    ((2, 1), "aaaabbbbbcd"),
    ((1, 1, 1), "aaaabbbbbcc"),
    ((3, 2), "aaaaaaabbbbccc"),
    ((1, 1, 1, 1), "aaabbc"),
]


def over_all_orders(design):
    """Return each allocation and its exact chance, from every order of units, strata and deck."""
    sizes = (design.n_units, len(design.blocks), design.deck.size)
    orders = product(*(permutations(range(size)) for size in sizes))
    words = np.array([[*units, *strata, *deck] for units, strata, deck in orders])
    arm, counts = np.unique(assign(design, words.astype(np.uint64)), axis=0, return_counts=True)
    return {bytes(row): Fraction(int(n), len(words)) for row, n in zip(arm, counts, strict=True)}


@pytest.mark.parametrize(("ratios", "strata"), SMALL)
def test_all_allocations_and_chances_are_those_over_all_orders_of_the_words(ratios, strata):
    design = stratified(list("xyz"[: len(ratios)]), strata, ratios=ratios)
    expected = over_all_orders(design)

    listed, counted = enumerate_allocations(design), support(design)

    assert {bytes(row) for row in listed.arm} == expected.keys()
    chances = [float(expected[bytes(row)]) for row in listed.arm]
    assert_allclose(listed.chance, chances, rtol=1e-12)
    assert (counted.count, counted.exact) == (len(expected), True)
    assert counted.smallest == min(expected.values())


@pytest.mark.parametrize(("ratios", "strata"), LARGER)
def test_simulated_draws_are_among_those_listed_as_often_as_their_chance(ratios, strata):
    """40,000 draws; chi-square against the listed chances, p between 0.001 and 0.999."""
    design = stratified(list("wxyz"[: len(ratios)]), strata, ratios=ratios)
    listed = enumerate_allocations(design)
    position = {bytes(row): number for number, row in enumerate(listed.arm)}

    counts = np.zeros(len(position))
    for arm in candidates(design, 40_000, np.random.default_rng(31)):
        np.add.at(counts, [position[bytes(row)] for row in arm], 1)

    assert len(position) == len(listed.arm) == support(design).count
    by_chance = np.argsort(listed.chance)
    groups = np.array_split(by_chance, 40)  # forty groups of allocations, each with many draws
    expected = np.array([listed.chance[group].sum() * 40_000 for group in groups])
    p = chisquare([counts[group].sum() for group in groups], expected).pvalue
    assert 0.001 < p < 0.999


@pytest.mark.parametrize(
    ("strata", "count"),
    [
        ("".join("abcdefgh"[k // 2] for k in range(16)), 2**8),  # pairs
        ("a" * 20, comb(20, 10)),  # complete randomisation
        ("a" * 21, 2 * comb(21, 10)),
        ("aaabbbccc", comb(3, 1) ** 3 * 2 * comb(3, 1)),  # odd units split 2:1 or 1:2
    ],
)
def test_counts_of_two_equal_arms_are_the_known_ones(strata, count):
    counted = support(stratified(["a", "b"], strata))

    assert counted.count == count
    assert counted.smallest == Fraction(1, count)


def test_of_a_large_design_the_count_is_still_exact():
    strata = [f"s{i % 40}" for i in range(400)]

    assert support(stratified(["a", "b"], strata)).count == comb(10, 5) ** 40


def test_where_the_ways_to_deal_are_too_many_a_lower_bound_is_given_as_such(monkeypatch):
    design = stratified(["x", "y", "z"], "aaaabbbbbccdef")
    exact = support(design)
    monkeypatch.setattr("randomisation.dealing.MOST_STATES", 1)

    bound = support(design)

    assert exact.exact
    assert not bound.exact
    assert 1 < bound.count < exact.count
    assert exact.smallest < bound.smallest


def test_a_rerandomised_design_lists_what_it_accepts_with_even_chances():
    covariates = np.array([[1.0], [2.0], [4.0], [8.0], [16.0], [32.0]])
    design = stratified(["a", "b"], ["s"] * 6, balance=BalanceRule(covariates, 0.5))

    listed = enumerate_allocations(design)

    halves = {
        tuple(row)
        for row in listed.arm.tolist()
        if abs(sum(covariates[np.array(row) == 1, 0]) - 31.5) < 25
    }
    assert 2 <= len(listed.arm) < 20
    assert len(halves) == len(listed.arm)
    assert_allclose(listed.chance, 1 / len(listed.arm))


def test_a_threshold_nothing_meets_is_said():
    covariates = np.array([[1.0], [2.0], [4.0], [8.0]])
    design = stratified(["a", "b"], ["s"] * 4, balance=BalanceRule(covariates, 1e-6))

    with pytest.raises(NothingAccepted, match="no allocation at all"):
        enumerate_allocations(design)


def test_too_many_to_list_are_refused():
    with pytest.raises(DesignError, match="there are 184756 allocations, more than the 20000"):
        enumerate_allocations(stratified(["a", "b"], ["s"] * 20))


@pytest.mark.parametrize(("ratios", "strata"), [((1, 1), "aaabbbcc"), ((2, 1), "aaaabbbc")])
def test_the_words_of_sha_256_draw_each_allocation_as_often_as_its_chance(ratios, strata):
    """10,000 seeds of the official draw; chi-square p between 0.001 and 0.999."""
    design = stratified(["x", "y"], strata, ratios=ratios)
    listed = enumerate_allocations(design)
    seeds = (hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(10_000))
    words = np.stack([candidate_words(seed, 0, design) for seed in seeds])

    drawn, counts = np.unique(assign(design, words), axis=0, return_counts=True)

    order = np.lexsort(listed.arm.T[::-1])
    assert np.array_equal(drawn, listed.arm[order])
    assert 0.001 < chisquare(counts, listed.chance[order] * 10_000).pvalue < 0.999
