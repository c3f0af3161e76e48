"""Optimal matching: against every possible matching, and not the greedy one."""

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from randomisation import DesignError, stratified
from randomisation.matching import match
from randomisation.redrawing import whiten


def total(whitened, groups):
    return sum(
        np.linalg.norm(whitened[a] - whitened[b])
        for group in groups
        for a, b in combinations(group, 2)
    )


def every_matching(units, size, n_groups):
    """Yield every way to take n_groups disjoint groups from the units."""
    if n_groups == 0:
        yield []
        return
    first, *rest = units
    for others in combinations(rest, size - 1):
        left = [unit for unit in rest if unit not in others]
        for groups in every_matching(left, size, n_groups - 1):
            yield [(first, *others), *groups]
    if len(units) > size * n_groups:
        yield from every_matching(rest, size, n_groups)


@pytest.mark.parametrize(("n", "size"), [(8, 2), (9, 2), (9, 3), (10, 3), (8, 4), (2, 2), (3, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_no_other_matching_is_better(n, size, seed):
    covariates = np.random.default_rng(seed).normal(size=(n, min(2, n - 1)))
    whitened = whiten(covariates)

    found = match(covariates, ["s"] * n, size)

    best = min(total(whitened, groups) for groups in every_matching(range(n), size, n // size))
    assert_allclose(found.distance, best, rtol=1e-9)
    assert_allclose(total(whitened, found.groups), best, rtol=1e-9)
    matched = [unit for group in found.groups for unit in group]
    assert sorted([*matched, *found.left_over]) == list(range(n))
    assert len(found.left_over) == n % size


@pytest.mark.parametrize("seed", range(6))
def test_a_first_round_over_too_few_groups_is_mended_by_the_second(monkeypatch, seed):
    """One group per unit is too few for the best matching, or for any; the prices say so."""
    monkeypatch.setattr("randomisation.matching.FIRST_ROUND", 1)
    covariates = np.random.default_rng(seed).normal(size=(10, 2))

    found = match(covariates, ["s"] * 10)

    best = min(total(whiten(covariates), groups) for groups in every_matching(range(10), 2, 5))
    assert_allclose(found.distance, best, rtol=1e-9)


def test_it_is_not_greedy():
    """On a line at 0, 3, 5, 8: the nearest two are 3 and 5, but 0-3 and 5-8 are the best pairs."""
    found = match(np.array([[0.0], [3.0], [5.0], [8.0]]), ["s"] * 4)

    assert found.groups == ((0, 1), (2, 3))


def test_units_are_matched_within_strata_and_the_odd_one_out_is_named():
    covariates = np.array([[0.0], [0.1], [9.0], [0.05], [0.2], [0.25], [4.0]])

    found = match(covariates, ["a", "b", "a", "a", "b", "b", "c"])

    assert found.groups == ((0, 3), (4, 5))
    assert found.left_over == (1, 2, 6)
    assert found.strata == (*("a/1", "b/rest", "a/rest", "a/1", "b/1", "b/1", "c/rest"),)


def test_matched_strata_make_a_design_of_pairs():
    covariates = np.random.default_rng(2).normal(size=(21, 2))

    found = match(covariates, ["x"] * 11 + ["y"] * 10)
    design = stratified(["a", "b"], found.strata)

    assert sorted(members.size for members in design.blocks) == [1] + [2] * 10


@pytest.mark.parametrize(("n", "size"), [(60, 2), (61, 2), (30, 3)])
def test_no_exchange_between_two_groups_is_better(n, size):
    """Too many matchings to list: swapping any two members of different groups costs more."""
    covariates = np.random.default_rng(9).normal(size=(n, 3))
    whitened = whiten(covariates)
    found = match(covariates, ["s"] * n, size)

    for left, right in combinations(found.groups, 2):
        before = total(whitened, [left, right])
        for a in range(size):
            for b in range(size):
                swapped = [list(left), list(right)]
                swapped[0][a], swapped[1][b] = right[b], left[a]
                assert total(whitened, swapped) >= before - 1e-9


@pytest.mark.parametrize(
    ("covariates", "sentence"),
    [
        (np.array([[1.0, 2], [2, np.nan], [0, 1]]), "unit 2 has no value of covariate 2"),
        (np.ones((6, 1)), "constant or follows from the others"),
        (np.arange(12.0).reshape(6, 2), "constant or follows from the others"),
        (np.random.default_rng(1).normal(size=(110, 1)), "110 units, too many to match in groups"),
    ],
)
def test_refused(covariates, sentence):
    with pytest.raises(DesignError, match=sentence):
        match(covariates, ["s"] * len(covariates), 3)
