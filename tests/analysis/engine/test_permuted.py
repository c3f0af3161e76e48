"""Batched refits against a single fit of each replicate."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import fit_multilevel
from analysis.engine.moments import reduce_to_schools
from analysis.engine.permuted import refit_arms
from analysis.engine.replicates import arms_of_pupils, arms_of_schools

SIZES = {
    "equal": np.full(16, 12),
    "moderate": np.random.default_rng(1).integers(15, 36, 20),
    "very unequal": np.random.default_rng(2).integers(1, 90, 20),
}


def trial(sizes, tau, seed=4):
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(sizes.size), sizes)
    pretest = rng.normal(size=school.size) + 0.5 * rng.normal(size=sizes.size)[school]
    columns = [np.ones(school.size), pretest, (school % 3 == 0).astype(float)]
    y = 0.5 * pretest + tau * rng.normal(size=sizes.size)[school] + rng.normal(size=school.size)
    return y, columns, school


def single(y, columns, arms, school, method):
    fit = fit_multilevel(y, np.column_stack([*columns, *arms]), school, method=method)
    return fit.coefficients[3:], fit.std_errors[3:]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("arms", "method"), [(1, "REML"), (2, "REML"), (2, "ML")])
@pytest.mark.parametrize("tau", [0.0, 0.3, 3.0])
def test_a_refit_with_permuted_arms_is_the_fit_itself(sizes, arms, method, tau):
    y, columns, school = trial(SIZES[sizes], tau)
    rng = np.random.default_rng(5)
    codes = np.array([rng.permutation(np.arange(SIZES[sizes].size) % (arms + 1)) for _ in range(6)])
    codes = codes.astype(np.int8)
    moments = reduce_to_schools([*columns, y], school)

    refits = refit_arms(moments, arms_of_schools(codes, [1, 2][:arms]), reml=method == "REML")

    for k, row in enumerate(codes):
        dummies = [(row[school] == arm).astype(float) for arm in (1, 2)[:arms]]
        b, std_error = single(y, columns, dummies, school, method)
        assert_allclose(refits.estimates[k], b, rtol=1e-6, atol=1e-8)
        assert_allclose(refits.std_errors[k], std_error, rtol=1e-6)


@pytest.mark.parametrize("sizes", ["moderate", "very unequal"])
@pytest.mark.parametrize("arms", [1, 2])
def test_arms_that_vary_inside_schools_are_refitted_too(sizes, arms):
    y, columns, school = trial(SIZES[sizes], 0.4)
    rng = np.random.default_rng(6)
    codes = rng.integers(0, arms + 1, size=(6, school.size)).astype(np.int8)
    moments = reduce_to_schools([*columns, y], school)
    scaled = (np.column_stack([*columns, y]) - moments.shift) / moments.scale

    replicated = arms_of_pupils(codes, [1, 2][:arms], school, scaled - moments.means[school])
    refits = refit_arms(moments, replicated, reml=True)

    for k, row in enumerate(codes):
        dummies = [(row == arm).astype(float) for arm in (1, 2)[:arms]]
        b, std_error = single(y, columns, dummies, school, "REML")
        assert_allclose(refits.estimates[k], b, rtol=1e-6, atol=1e-8)
        assert_allclose(refits.std_errors[k], std_error, rtol=1e-6)


def test_a_replicate_with_an_empty_arm_has_no_estimate_and_spares_the_others():
    y, columns, school = trial(SIZES["equal"], 0.4)
    codes = np.stack([np.zeros(16), np.arange(16) % 2]).astype(np.int8)

    refits = refit_arms(
        reduce_to_schools([*columns, y], school), arms_of_schools(codes, [1]), reml=True
    )

    assert np.isnan(refits.t[0, 0])
    assert np.isfinite(refits.t[1, 0])
