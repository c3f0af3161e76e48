"""Neighbours along a line are the optimal groups where there is one covariate."""

import numpy as np
import pytest

from randomisation.matching import match
from randomisation.neighbours import neighbours


@pytest.mark.parametrize(("n", "size"), [(8, 2), (9, 2), (10, 3), (11, 3)])
def test_neighbours_are_what_matching_finds_on_one_covariate(n, size):
    covariates = np.random.default_rng(n).normal(size=(n, 1))
    found = neighbours(covariates, ["s"] * n, size)
    matched = match(covariates, ["s"] * n, size)

    groups = {tuple(np.flatnonzero(np.array(found) == name)) for name in found}

    assert groups - {matched.left_over} == set(matched.groups)


def test_groups_stay_within_their_stratum_and_a_small_one_is_left_over():
    names = neighbours(np.arange(7.0)[:, None], list("aaabbbc"), 2)

    assert [name[0] for name in names] == list("aaabbbc")
    assert names[6] == "c/rest"
    assert sorted(names[:3]) == ["a/1", "a/1", "a/rest"]
