import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import fit_multilevel
from analysis.engine.simulated import Groups, Simulated, fit_simulated, simulate
from analysis.planning.arm_tests import (
    clustered_least_squares,
    kenward_roger,
    normal,
    pupils_at_boundary,
)


def pupils(seed=2, tau=0.4):
    """A trial with pupils, and the same trial as groups of schools of one size and arm."""
    rng = np.random.default_rng(seed)
    sizes = np.repeat([4, 9, 30], 4)
    school, arm = np.repeat(np.arange(12), sizes), np.arange(12) % 2
    y = 0.3 * arm[school] + tau * rng.normal(size=12)[school] + rng.normal(size=school.size)
    groups = Groups.of_schools(sizes, arm)
    means = np.bincount(school, y) / sizes
    mean, spread = np.zeros((1, groups.sizes.size)), np.zeros((1, groups.sizes.size))
    for k, (size, treated) in enumerate(zip(groups.sizes, groups.arms, strict=True)):
        mine = means[(sizes == size) & (arm == treated)]
        mean[0, k], spread[0, k] = mine.mean(), np.sum((mine - mine.mean()) ** 2)
    inside = np.array([np.sum((y - means[school]) ** 2)])
    return (
        y,
        np.column_stack([np.ones(school.size), arm[school]]),
        school,
        Simulated(groups, mean, spread, inside),
    )


@pytest.mark.parametrize("tau", [0.0, 0.4, 1.5])
def test_groups_of_schools_say_as_much_as_their_pupils(tau):
    y, x, school, simulated = pupils(tau=tau)

    fits = fit_simulated(simulated)
    test = kenward_roger(simulated, fits)

    fit = fit_multilevel(y, x, school)
    assert_allclose(fits.coefficients[0], fit.coefficients, rtol=1e-7)
    assert_allclose(normal(fits).std_errors[0], fit.std_errors[1], rtol=1e-7)
    assert_allclose(test.std_errors[0], np.sqrt(fit.kenward_roger_covariance[1, 1]), rtol=1e-6)
    assert_allclose(test.df[0], fit.kenward_roger_df(np.array([0.0, 1.0])), rtol=1e-5)


def test_pupils_are_counted_only_where_no_school_variance_is_found():
    (*_, none), (*_, some) = pupils(tau=0.0), pupils(tau=1.5)
    at, off = fit_simulated(none), fit_simulated(some)

    assert at.ratios[0] == 0 < off.ratios[0]
    assert pupils_at_boundary(none, at).df[0] == 4 * (4 + 9 + 30) - 2
    assert pupils_at_boundary(some, off).df[0] == kenward_roger(some, off).df[0]
    assert pupils_at_boundary(some, off).std_errors[0] == normal(off).std_errors[0]


def test_clustered_least_squares_is_the_sandwich_over_pupils():
    y, x, school, simulated = pupils()

    test = clustered_least_squares(simulated)

    bread = np.linalg.inv(x.T @ x)
    scores = x * (y - x @ bread @ x.T @ y)[:, None]
    summed = np.array([scores[school == s].sum(axis=0) for s in range(12)])
    n = y.size
    cr1 = (12 / 11) * ((n - 1) / (n - 2)) * bread @ summed.T @ summed @ bread
    assert_allclose(test.estimates[0], (bread @ x.T @ y)[1], rtol=1e-10)
    assert_allclose(test.std_errors[0], np.sqrt(cr1[1, 1]), rtol=1e-10)


def test_drawn_trials_have_the_variances_they_were_drawn_with():
    """2,000 trials: the mean of the estimates is known to 4 errors."""
    groups = Groups.of_schools(np.repeat([5.0, 40.0], 10), np.arange(20) % 2)

    drawn = simulate(groups, 2_000, np.random.default_rng(1), school=0.3, pupil=0.7, effect=0.25)
    fits = fit_simulated(drawn)

    for found, expected in (
        (fits.pupil, 0.7),
        (fits.pupil * fits.ratios, 0.3),
        (fits.coefficients[:, 1], 0.25),
    ):
        assert abs(found.mean() - expected) < 4 * found.std() / np.sqrt(2_000)
