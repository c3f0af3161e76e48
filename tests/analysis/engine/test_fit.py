import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, fit_multilevel
from analysis.errors import RankDeficient


def trial(seed=3, schools=12, tau=0.5):
    """Unequal schools, half of them treated, a pre-test that differs between schools."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), rng.integers(2, 12, schools))
    x = np.column_stack([np.ones(school.size), school % 2, rng.normal(size=school.size)])
    y = x @ [1.0, 0.3, 0.7] + tau * rng.normal(size=schools)[school] + rng.normal(size=school.size)
    return y, x, school


def written_out(y, x, school, school_variance, pupil_variance):
    """The REML deviance from the full covariance matrix; shares no code with the engine."""
    n, p = x.shape
    v = pupil_variance * np.eye(n) + school_variance * (school[:, None] == school[None, :])
    inverse = np.linalg.inv(v)
    xvx = x.T @ inverse @ x
    b = np.linalg.solve(xvx, x.T @ inverse @ y)
    r = y - x @ b
    logdets = np.linalg.slogdet(v)[1] + np.linalg.slogdet(xvx)[1]
    return logdets + r @ inverse @ r + (n - p) * np.log(2 * np.pi), b, np.linalg.inv(xvx)


def test_the_deviance_is_the_one_of_the_full_covariance_matrix():
    y, x, school = trial()

    fit = fit_multilevel(y, x, school)

    deviance, b, covariance = written_out(
        y, x, school, fit.variances["school"], fit.variances["pupil"]
    )
    assert_allclose(fit.deviance, deviance, rtol=1e-12)
    assert_allclose(fit.coefficients, b, rtol=1e-9)
    assert_allclose(fit.covariance, covariance, rtol=1e-9)


def test_no_other_pair_of_variances_is_likelier():
    y, x, school = trial()
    fit = fit_multilevel(y, x, school)
    between, pupil = fit.variances["school"], fit.variances["pupil"]

    for step in (0.999, 1.001):
        assert written_out(y, x, school, between * step, pupil)[0] > fit.deviance
        assert written_out(y, x, school, between, pupil * step)[0] > fit.deviance


def test_no_difference_between_schools_is_a_boundary_and_said():
    y, x, school = trial(tau=0.0)
    y = y - np.array([y[school == s].mean() for s in np.unique(school)])[school]

    fit = fit_multilevel(y, x[:, [0, 2]], school)

    assert fit.variances["school"] == 0.0
    assert fit.singular
    assert np.isfinite(fit.kenward_roger_df(np.array([0.0, 1.0])))


def test_the_order_of_pupils_and_the_names_of_schools_do_not_matter():
    y, x, school = trial()
    shuffled = np.random.default_rng(8).permutation(y.size)

    fit = fit_multilevel(y, x, school)
    other = fit_multilevel(y[shuffled], x[shuffled], [f"school {9 - s}" for s in school[shuffled]])

    assert_allclose(other.coefficients, fit.coefficients, rtol=1e-11)
    assert_allclose(other.deviance, fit.deviance, rtol=1e-12)


def test_units_far_from_one_cost_no_digits():
    """A pre-test in millionths beside an outcome of a billion gives the same effect."""
    y, x, school = trial()
    fit = fit_multilevel(y, x, school)
    moved = x * [1, 1, 1e-6] + [0, 0, 1.0]

    other = fit_multilevel(1e6 * y + 1e9, moved, school)

    assert_allclose(other.coefficients[1] / 1e6, fit.coefficients[1], rtol=1e-8)
    assert_allclose(other.variances["school"] / 1e12, fit.variances["school"], rtol=1e-7)


def test_a_design_without_intercept_is_taken_as_it_is():
    y, x, school = trial()
    arms = np.column_stack([x[:, 0] - x[:, 1], x[:, 1], x[:, 2]])

    fit, same = fit_multilevel(y, x, school), fit_multilevel(y, arms, school)

    assert_allclose(same.coefficients[1] - same.coefficients[0], fit.coefficients[1], rtol=1e-8)


def test_a_column_that_follows_from_the_others_is_numbered():
    y, x, school = trial()

    with pytest.raises(RankDeficient, match="column 3 of the design follows") as refusal:
        fit_multilevel(y, np.column_stack([x, x[:, 0] - 2 * x[:, 2]]), school)

    assert refusal.value.column == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda y, x, s: (np.full(y.size, 4.2), x, s), "constant or is fully explained"),
        (lambda y, x, s: (x @ [1, 2, 3.0], x, s), "constant or is fully explained"),
        (lambda y, x, s: (np.where(np.arange(y.size) == 3, np.inf, y), x, s), "finite numbers"),
        (lambda y, x, s: (y, x, np.arange(y.size)), "one pupil, so that it cannot be told"),
        (lambda y, x, s: (y, x, np.zeros(y.size)), "only one school"),
        (lambda y, x, s: (y, x, np.where(s == 1, np.nan, s)), "a pupil has no school"),
        (lambda y, x, s: (y[:3], x[:3], s[:3]), "not more pupils than columns|only one school"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        fit_multilevel(*change(*trial()))
