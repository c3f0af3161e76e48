"""Thousands of allocations at once are worth the trouble; the benchmark has the whole table."""

from collections.abc import Callable
from time import process_time

import numpy as np
import pytest

from randomisation.redrawing import candidates, distances
from tests.benchmarks.draws import permuted, permuted_with_balance, roster


def best_time(work: Callable[[], object], times: int = 4) -> float:
    found = []
    for _ in range(times):
        start = process_time()
        work()
        found.append(process_time() - start)
    return min(found)


@pytest.mark.parametrize(("strata", "ratio"), [(1, 6), (20, 10)])
def test_it_is_many_times_faster_than_a_loop_over_draws_at_200_schools(strata, ratio):
    """Thirteen and fifty times where nothing else runs; the best of a few tries each."""
    rng, design = np.random.default_rng(1), roster(200, strata)

    at_once = best_time(lambda: list(candidates(design, 5_000, rng))) / 5_000
    looped = best_time(lambda: list(permuted(design, 100, rng))) / 100

    assert looped / at_once > ratio


def test_the_loop_draws_and_weighs_what_the_draw_does():
    """Else the comparison would be with something else: same arm sizes, same spread of M."""
    rng, design = np.random.default_rng(1), roster(200, 12)
    (arm,) = candidates(design, 2_000, rng)

    looped = np.array(list(permuted(design, 200, rng)))
    distance = np.array(permuted_with_balance(design, 400, rng))

    for members in design.blocks:
        sizes = set(arm[:, members].sum(axis=1))
        assert set(looped[:, members].sum(axis=1)) == sizes
    here = distances(design.balance, arm, 2)
    error = np.hypot(here.std() / 2_000**0.5, distance.std() / 400**0.5)
    assert abs(distance.mean() - here.mean()) < 4 * error
