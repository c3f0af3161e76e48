"""Trials at the edge of what a model can hold.

Against the balanced analysis of variance, and the likelihood of full covariance matrices.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, fit_multilevel
from analysis.engine.moments import reduce_to_schools
from analysis.engine.permuted import refit_arms
from analysis.engine.replicated import fit_replicates
from analysis.engine.replicates import arms_of_schools
from analysis.engine.resampling import resampled_schools, within_by_school


def balanced(school_sd, schools, pupils):
    rng = np.random.default_rng(31)
    y = school_sd * rng.normal(size=(schools, 1)) + rng.normal(size=(schools, pupils))
    return y, np.repeat(np.arange(schools), pupils)


def mean_squares(y):
    """Between and within schools, from the table (schools, pupils) alone."""
    (schools, pupils), means = y.shape, y.mean(axis=1)
    between = pupils * np.sum((means - means.mean()) ** 2) / (schools - 1)
    return between, np.sum((y - means[:, None]) ** 2) / (schools * (pupils - 1))


@pytest.mark.parametrize("school_sd", [30.0, 3e3, 3e4])
def test_pupils_of_a_school_may_be_nearly_alike(school_sd):
    """REML of a balanced trial is its analysis of variance, however large the school variance."""
    y, school = balanced(school_sd, schools=10, pupils=12)
    between, within = mean_squares(y)

    fit = fit_multilevel(y.ravel(), np.ones(y.size), school)

    assert_allclose(fit.variances["pupil"], within, rtol=1e-6)
    assert_allclose(fit.variances["school"], (between - within) / 12, rtol=1e-6)
    assert_allclose(fit.std_errors, np.sqrt(between / y.size), rtol=1e-6)


def test_the_last_school_may_be_larger_than_what_is_read_at_once():
    y, school = balanced(0.5, schools=2, pupils=140_000)
    between, within = mean_squares(y)

    fit = fit_multilevel(y.ravel(), np.ones(y.size), school)

    assert_allclose(fit.variances["pupil"], within, rtol=1e-9)
    assert_allclose(fit.std_errors, np.sqrt(between / y.size), rtol=1e-9)


@pytest.mark.parametrize("level", ["school", "class"])
@pytest.mark.parametrize("covariate", [0.0, 2.0])
def test_an_outcome_that_only_schools_differ_in_is_refused(level, covariate):
    """Repeated for each pupil it would look like that many observations."""
    school, klass = np.repeat(np.arange(10), 12), np.repeat(np.arange(20), 6)
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(120), school % 2, rng.normal(size=120)])
    y = covariate * x[:, 2] + (rng.normal(size=10)[school] if level == "school" else 0)
    y = y + (rng.normal(size=20)[klass] if level == "class" else 0)

    with pytest.raises(AnalysisError, match="does not differ between the pupils"):
        fit_multilevel(y, x, school, klass=klass if level == "class" else None)


def test_degrees_of_freedom_know_no_units():
    y, school = balanced(0.5, schools=10, pupils=12)
    x = np.column_stack([np.ones(y.size), np.random.default_rng(1).normal(size=y.size)])

    found, same = (
        fit_multilevel(y.ravel() * unit, x * [1, 1 / unit], school) for unit in (1.0, 1e60)
    )

    contrast = np.array([0.0, 1.0])
    assert_allclose(same.kenward_roger_df(contrast), found.kenward_roger_df(contrast), rtol=1e-9)


@pytest.mark.parametrize("seed", [1, 8, 12, 14])
def test_without_school_variance_degrees_of_freedom_are_those_of_schools(seed):
    """A balanced trial of 12 schools has 10; by the curvature there it would be 0.3 to 10."""
    y, school = np.random.default_rng(seed).normal(size=(12, 20)), np.repeat(np.arange(12), 20)

    fit = fit_multilevel(y.ravel(), np.column_stack([np.ones(240), school % 2]), school)

    assert fit.singular
    assert_allclose(fit.satterthwaite_df(np.array([0.0, 1.0])), 10, rtol=1e-9)


def written_out(y, x, cov, *, reml):
    """Minus twice the profiled log-likelihood of covariance ``cov`` times the pupil variance."""
    inverse = np.linalg.inv(cov)
    xvx = x.T @ inverse @ x
    r = y - x @ np.linalg.solve(xvx, x.T @ inverse @ y)
    nu = y.size - (x.shape[1] if reml else 0)
    value = np.linalg.slogdet(cov)[1] + nu * (np.log(2 * np.pi * (r @ inverse @ r) / nu) + 1)
    return value + (np.linalg.slogdet(xvx)[1] if reml else 0)


def test_a_better_mode_beside_the_boundary_is_found():
    """Two large and six tiny schools: no school variance is likely, some is likelier."""
    rng = np.random.default_rng(7207)
    sizes = np.where(np.arange(8) < 2, rng.integers(60, 120, 8), rng.integers(2, 6, 8))
    school = np.repeat(np.arange(8), sizes)
    y = 0.3 * rng.normal(size=8)[school] + rng.normal(size=school.size)
    x, together = np.ones((y.size, 1)), school[:, None] == school
    ratios = np.linspace(0, 0.1, 41)
    likely = [written_out(y, x, np.eye(y.size) + r * together, reml=True) for r in ratios]

    fit = fit_multilevel(y, x, school)
    moments = reduce_to_schools([x[:, 0], y], school)
    scaled = (np.column_stack([x, y]) - moments.shift) / moments.scale - moments.means[school]
    once = resampled_schools(moments, within_by_school(scaled, school), np.ones((1, 8)))
    again = fit_replicates(once, reml=True)

    assert min(likely) < likely[0] - 0.005
    assert fit.deviance < min(likely)
    assert_allclose(again.ratios[0], fit.variances["school"] / fit.variances["pupil"], rtol=1e-5)


def test_the_best_of_several_modes_of_a_random_slope_is_found():
    rng = np.random.default_rng(1004)
    school = np.repeat(np.arange(7), rng.integers(1, 9, 7))
    slope = rng.integers(0, 2, school.size).astype(float)
    y = 3 * rng.normal(size=7)[school] + 5 * rng.normal(size=7)[school] * slope
    y, x = y + rng.normal(size=y.size), np.column_stack([np.ones(y.size), slope])
    together, pair = school[:, None] == school, slope[:, None] * slope
    found = []
    for level, own in np.ndindex(9, 9):
        for r in (-0.9, -0.5, 0.0, 0.5, 0.9):
            a, b = 0.5 * level, 0.8 * own  # deviations of level and slope, in pupil deviations
            parts = a**2 + a * b * r * (slope[:, None] + slope) + b**2 * pair
            found.append(written_out(y, x, np.eye(y.size) + together * parts, reml=False))

    fit = fit_multilevel(y, x, school, slope=slope, method="ML")

    assert fit.deviance <= min(found)


def test_an_axis_that_ends_before_the_likelihood_gives_no_answer():
    """Unequal schools in which pupils are all but alike: refused, and not the end of the axis."""
    rng = np.random.default_rng(3)
    sizes = np.array([2, 3, 40, 5, 3, 60, 2, 9])
    school = np.repeat(np.arange(8), sizes)
    y = 300 * rng.normal(size=8)[school] + rng.normal(size=school.size)
    x = np.column_stack([np.ones(y.size), rng.normal(size=y.size)])
    moments = reduce_to_schools([*x.T, y], school)
    scaled = (np.column_stack([x, y]) - moments.shift) / moments.scale - moments.means[school]

    replicates = resampled_schools(moments, within_by_school(scaled, school), np.ones((1, 8)))
    arms = arms_of_schools(np.arange(8)[None] % 2, [1])

    assert np.isnan(fit_replicates(replicates, reml=True).coefficients).all()
    assert np.isnan(refit_arms(moments, arms, reml=True).t).all()


@pytest.mark.parametrize(
    ("scale", "n", "sentence"), [(1e200, 50, "finite numbers only"), (1.0, 0, "no pupil has")]
)
@pytest.mark.filterwarnings("error")
def test_squares_that_do_not_fit_and_no_pupils_are_refused_without_a_warning(scale, n, sentence):
    y = scale * np.random.default_rng(4).normal(size=50)[:n]

    with pytest.raises(AnalysisError, match=sentence):
        fit_multilevel(y, np.ones((n, 1)), np.arange(n) // 5)
