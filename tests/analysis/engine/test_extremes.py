"""Trials at the edge of what a model can hold, against the balanced analysis of variance."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, fit_multilevel


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
