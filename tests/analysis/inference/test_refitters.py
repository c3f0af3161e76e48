"""Arms drawn inside schools, refitted for every allocation."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.analysis.inference.test_permutation import p_value, trial


@pytest.fixture
def inside():
    """Three schools of four pupils, two of each treated, a pre-test in hundreds."""
    rng = np.random.default_rng(6)
    frame = trial([0] * 3, seed=6).assign(arm=[0, 1, 1, 0] * 3, pre=300 * rng.normal(size=12))
    return frame.assign(y=frame.y + frame.arm + frame.pre / 300 + 5 * frame.school)


def dummies_t(frame, arm):
    """The t statistic of ``arm`` in least squares with a dummy per school, written out."""
    dummies = (frame.school.to_numpy()[:, None] == np.arange(3)).astype(float)
    x = np.column_stack([arm, frame.pre, dummies])
    b, *_ = np.linalg.lstsq(x, frame.y, rcond=None)
    sigma2 = np.sum((frame.y - x @ b) ** 2) / (len(frame) - x.shape[1])
    return b[0] / np.sqrt(sigma2 * np.linalg.inv(x.T @ x)[0, 0])


def test_with_school_dummies_every_allocation_is_least_squares_by_itself(inside):
    """Six ways in each of three schools."""
    test = p_value(inside, draws=300, covariates=["pre"], design="fixed-effects")

    ways = [chosen for chosen in product((0, 1), repeat=4) if sum(chosen) == 2]
    every = [np.concatenate(chosen) for chosen in product(ways, repeat=3)]
    t = [abs(dummies_t(inside, arm.astype(float))) for arm in every]
    observed = abs(dummies_t(inside, inside.arm.astype(float)))
    assert (test.exact, test.draws) == (True, 216)
    assert_allclose(test.p_value, np.mean(np.array(t) >= observed * (1 - 1e-9)), rtol=1e-12)


def test_an_interval_inside_schools_holds_what_is_not_rejected(inside):
    asked = {"covariates": ["pre"], "design": "multisite", "draws": 300}
    test = p_value(inside, **asked)

    for edge, outwards in ((test.low, -1), (test.high, 1)):
        within, beyond = (
            p_value(inside.assign(y=inside.y - (edge + outwards * step) * inside.arm), **asked)
            for step in (-0.02, 0.02)
        )
        assert within.p_value > 0.05 >= beyond.p_value


def test_an_allocation_that_follows_from_a_covariate_counts_against():
    """Two of the 36 ways are the covariate itself, or all but it."""
    rng = np.random.default_rng(8)
    frame = trial([0] * 2, seed=8).assign(arm=[0, 1, 0, 1] * 2, pre=[1.0, 1.0, 0.0, 0.0] * 2)

    asked = {"covariates": ["pre"], "design": "fixed-effects"}
    test = p_value(frame.assign(y=rng.normal(size=8)), 50, **asked)

    assert (test.exact, test.draws) == (True, 36)
    assert np.isnan(test.statistics).sum() == 2
