"""Replicated fits against a single fit of the resampled trial."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import fit_multilevel
from analysis.engine.moments import reduce_to_schools
from analysis.engine.replicated import fit_replicates
from analysis.engine.resampling import (
    draw_counts,
    new_outcomes,
    resampled_pupils,
    resampled_schools,
    within_by_school,
)


def trial(unequal, seed=3, tau=0.5):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 60, 14) if unequal else rng.integers(15, 30, 14)
    school = np.repeat(np.arange(14), sizes)
    x = np.column_stack([np.ones(school.size), school % 2, rng.normal(size=school.size)])
    y = x @ [1, 0.3, 0.7] + tau * rng.normal(size=14)[school] + rng.normal(size=school.size)
    moments = reduce_to_schools([*x.T, y], school)
    scaled = (np.column_stack([x, y]) - moments.shift) / moments.scale
    return y, x, school, moments, scaled - moments.means[school]


def in_units(fits, moments, column=1):
    scale = moments.scale[-1] / moments.scale[column]
    return fits.coefficients[:, column] * scale, np.sqrt(
        fits.covariances[:, column, column]
    ) * scale


@pytest.mark.parametrize("unequal", [False, True])
@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("tau", [0.0, 0.5])
def test_a_school_drawn_twice_is_two_schools(unequal, method, tau):
    y, x, school, moments, centred = trial(unequal, tau=tau)
    counts = draw_counts(np.arange(14) % 2, 8, np.random.default_rng(2))

    replicates = resampled_schools(moments, within_by_school(centred, school), counts)
    b, std_error = in_units(fit_replicates(replicates, reml=method == "REML"), moments)

    for r, row in enumerate(counts.astype(int)):
        drawn = np.repeat(np.arange(14), row)
        rows = np.concatenate([np.flatnonzero(school == s) for s in drawn])
        label = np.repeat(np.arange(drawn.size), np.bincount(school)[drawn])
        fit = fit_multilevel(y[rows], x[rows], label, method=method)
        assert_allclose(b[r], fit.coefficients[1], rtol=1e-6, atol=1e-8)
        assert_allclose(std_error[r], fit.std_errors[1], rtol=1e-6)


def test_other_outcomes_are_fitted_to_the_same_design():
    y, x, school, moments, centred = trial(True)
    outcomes = np.random.default_rng(9).normal(size=(5, y.size)) + 0.4 * (school % 3)

    fits = fit_replicates(new_outcomes(moments, centred, school, outcomes), reml=True)

    for r, outcome in enumerate(outcomes):
        fit = fit_multilevel(outcome, x, school)
        assert_allclose(
            fits.coefficients[r, 1] / moments.scale[1], fit.coefficients[1], rtol=1e-6, atol=1e-8
        )
        variances = [fits.pupil[r], fits.pupil[r] * fits.ratios[r]]
        expected = [fit.variances["pupil"], fit.variances["school"]]
        assert_allclose(variances, expected, rtol=1e-5, atol=1e-8)


def test_pupils_drawn_anew_keep_their_school_and_lose_one_part_in_n():
    """A resample of n pupils has (n - 1)/n of their spread on average (2,000 draws, 4 errors)."""
    _, _, school, moments, centred = trial(False)
    once = np.ones((2_000, 14))

    drawn = resampled_pupils(moments, centred, school, once, np.random.default_rng(4))

    by_school = within_by_school(centred, school)[:, -1, -1]
    expected = np.sum(by_school * (moments.sizes - 1) / moments.sizes)
    spread = drawn.within[:, -1, -1]
    assert abs(spread.mean() - expected) < 4 * spread.std() / np.sqrt(2_000)
    assert np.all(drawn.n_pupils == school.size)


def test_schools_are_drawn_within_their_group():
    group = np.array([0, 0, 0, 1, 1, 2])

    counts = draw_counts(group, 200, np.random.default_rng(1))

    assert np.all(counts[:, :3].sum(axis=1) == 3)
    assert np.all(counts[:, 3:5].sum(axis=1) == 2)
    assert np.all(counts[:, 5] == 1)
    assert_allclose(counts.mean(axis=0), 1, atol=0.25)


def test_a_replicate_that_loses_a_column_has_no_estimate():
    *_, school, moments, centred = trial(False)
    counts = np.ones((2, 14))
    counts[0, 1::2] = 0  # no treated school left

    fits = fit_replicates(
        resampled_schools(moments, within_by_school(centred, school), counts), reml=True
    )

    assert np.isnan(fits.coefficients[0]).any()
    assert np.isfinite(fits.coefficients[1]).all()
