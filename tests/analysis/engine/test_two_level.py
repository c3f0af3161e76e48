"""Derivatives, which a wrong line would not make wrong but slow, and what rests on them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import fit_multilevel
from analysis.engine.moments import reduce_to_schools
from analysis.engine.two_level import Profile


def trial():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(12), rng.integers(2, 12, 12))
    x = np.column_stack([np.ones(school.size), school % 2, rng.normal(size=school.size)])
    y = x @ [1.0, 0.3, 0.7] + 0.7 * rng.normal(size=12)[school] + rng.normal(size=school.size)
    return y, x, school


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("ratio", [0.02, 0.4, 6.0])
def test_slopes_are_the_differences_of_the_deviance(ratio, reml):
    y, x, school = trial()
    profile, step = Profile(reduce_to_schools([*x.T, y], school), reml=reml), 1e-3 * ratio

    first, second = profile.slopes(ratio)

    before, here, after = profile.deviances(ratio + step * np.array([-1.0, 0.0, 1.0]))
    assert_allclose(first, (after - before) / (2 * step), rtol=1e-5, atol=1e-6)
    assert_allclose(second, (after - 2 * here + before) / step**2, rtol=1e-4, atol=1e-5)


def test_newton_arrives_in_a_few_steps(monkeypatch):
    """Halving alone would take more than thirty."""
    tried, slopes = [], Profile.slopes
    monkeypatch.setattr(Profile, "slopes", lambda self, x: tried.append(x) or slopes(self, x))

    fit_multilevel(*trial())

    assert len(tried) <= 6


def deviance_and_variance(variances, y, x, school, *, reml):
    """From the full covariance matrix; shares no code with the engine."""
    v = variances[0] * (school[:, None] == school) + variances[1] * np.eye(y.size)
    inverse = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ inverse @ x)
    r = y - x @ phi @ x.T @ inverse @ y
    deviance = np.linalg.slogdet(v)[1] + r @ inverse @ r
    return deviance - (np.linalg.slogdet(phi)[1] if reml else 0.0), phi[1, 1]


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_satterthwaite_is_the_curvature_of_the_deviance_taken_by_differences(method):
    """As lmerTest reckons it: 2 v² / (g' A g), A twice the inverse of the deviance's Hessian."""
    y, x, school = trial()
    fit = fit_multilevel(y, x, school, method=method)
    at = np.array([fit.variances["school"], fit.variances["pupil"]])

    def changed(*steps):
        moved = at * (1 + 1e-3 * np.array(steps))
        return np.array(deviance_and_variance(moved, y, x, school, reml=method == "REML"))

    pairs = [(1, 0), (0, 1)]
    gradient = [(changed(*p) - changed(*(-k for k in p)))[1] / (2e-3 * at @ p) for p in pairs]
    here = changed(0, 0)[0]
    own = [changed(*p)[0] - 2 * here + changed(*(-k for k in p))[0] for p in pairs]
    mixed = (changed(1, 1) - changed(1, -1) - changed(-1, 1) + changed(-1, -1))[0] / 4
    hessian = np.array([[own[0], mixed], [mixed, own[1]]]) / (1e-6 * np.outer(at, at))
    spread = gradient @ (2 * np.linalg.inv(hessian)) @ gradient
    expected = 2 * changed(0, 0)[1] ** 2 / spread
    assert_allclose(fit.satterthwaite_df(np.array([0.0, 1.0, 0.0])), expected, rtol=1e-3)
