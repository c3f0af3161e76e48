import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import stdtr

from analysis import AnalysisError, estimate_effect
from analysis.engine.moments import reduce_to_schools
from analysis.inference.posterior import effect_posterior

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def trial(seed=4):
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(8), rng.integers(2, 7, 8))
    x = np.column_stack([np.ones(school.size), school % 2])
    y = 0.5 * x[:, 1] + 0.5 * rng.normal(size=8)[school] + rng.normal(size=school.size)
    return y, x, school


ICC = (np.arange(2_000) + 0.5) / 2_000
RATIOS = {  # of variances, evenly spread over what each prior is flat in
    "uniform-icc": ICC / (1 - ICC),
    "flat-sd": ((np.arange(1_000) + 0.5) / 50) ** 2,
}


def written_out(y, x, school, below, ratios):
    """Distribution function of the effect from full covariance matrices at each of ``ratios``."""
    n, p = x.shape
    same = (school[:, None] == school[None, :]).astype(float)
    weights, shares = [], []
    for ratio in ratios:
        v = np.eye(n) + ratio * same
        inverse = np.linalg.inv(v)
        phi = np.linalg.inv(x.T @ inverse @ x)
        b = phi @ x.T @ inverse @ y
        r2 = (y - x @ b) @ inverse @ (y - x @ b)
        logdets = np.linalg.slogdet(v)[1] - np.linalg.slogdet(phi)[1]
        weights.append(-logdets / 2 - (n - p) / 2 * np.log(r2))
        t = (below - b[1]) / np.sqrt(phi[1, 1] * r2 / (n - p))
        shares.append(stdtr(n - p, t))
    weights = np.exp(np.array(weights) - max(weights))
    return weights @ np.array(shares) / weights.sum()


@pytest.mark.parametrize(
    ("prior", "effect"), [("uniform-icc", -0.5), ("uniform-icc", 1.0), ("flat-sd", -0.2)]
)
def test_the_quadrature_is_the_integral_written_out(prior, effect):
    y, x, school = trial()

    posterior = effect_posterior(reduce_to_schools([*x.T, y], school), 1, prior=prior)

    expected = written_out(y, x, school, effect, RATIOS[prior])
    assert_allclose(posterior.below(effect), expected, atol=1e-5)


def test_quantiles_undo_the_distribution_function():
    y, x, school = trial()
    posterior = effect_posterior(reduce_to_schools([*x.T, y], school), 1)

    assert_allclose([posterior.below(posterior.quantile(q)) for q in (0.025, 0.5)], [0.025, 0.5])


def test_the_unit_of_the_outcome_is_the_unit_of_the_effect():
    y, x, school = trial()
    one = effect_posterior(reduce_to_schools([*x.T, y], school), 1)

    other = effect_posterior(reduce_to_schools([*x.T, 10 * y + 500], school), 1)

    assert_allclose(other.quantile(0.9), 10 * one.quantile(0.9), rtol=1e-8)


def test_a_wide_prior_on_the_effect_changes_nothing_and_a_narrow_one_decides():
    y, x, school = trial()
    moments = reduce_to_schools([*x.T, y], school)
    flat = effect_posterior(moments, 1)

    wide = effect_posterior(moments, 1, effect_prior=(0.0, 1e4))
    narrow = effect_posterior(moments, 1, effect_prior=(0.1, 1e-3))

    assert_allclose(wide.quantile(0.8), flat.quantile(0.8), atol=0.02)
    assert_allclose(narrow.mean, 0.1, atol=1e-3)
    assert_allclose(narrow.quantile(0.8), 0.1 + 0.8416e-3, atol=2e-5)


def test_a_prior_on_the_effect_is_multiplied_in():
    """The flat posterior's mass on 1,300 short stretches, each times the normal density there."""
    y, x, school = trial()
    moments = reduce_to_schools([*x.T, y], school)
    flat, ends = effect_posterior(moments, 1), np.linspace(-6, 7, 1_301)

    found = effect_posterior(moments, 1, effect_prior=(0.2, 0.4))

    middle, mass = (ends[1:] + ends[:-1]) / 2, np.diff([flat.below(end) for end in ends])
    mass = mass * np.exp(-(((middle - 0.2) / 0.4) ** 2) / 2)
    for effect in (-0.3, 0.1, 0.6):
        assert_allclose(found.below(effect), mass[middle < effect].sum() / mass.sum(), atol=1e-4)
    assert_allclose(found.mean, middle @ mass / mass.sum(), atol=1e-4)


def test_the_published_bayesian_interval_is_near(crt):
    """eefAnalytics' crtBayes, 10,000 draws of a sampler: 0.67 (0.11 to 1.22) conditional total."""
    result = estimate_effect(crt, **CRT, posterior="uniform-icc")

    found, deviation = result.contrasts[0].posterior, np.sqrt(5.6737 + 14.7794)
    sizes = np.array([found.mean, found.low, found.high]) / deviation
    assert_allclose(sizes, [0.67, 0.11, 1.22], atol=0.06)
    assert list(found.above) == ["0", "0.05", "0.1", "0.15", "0.2", "0.3", "0.5"]
    columns = [np.ones(len(crt)), crt.Intervention, crt.Prettest, crt.Posttest]
    moments = reduce_to_schools(
        [np.asarray(c, dtype=float) for c in columns], crt.School.to_numpy()
    )
    below = effect_posterior(moments, 1).below(0.2 * np.sqrt(6.5918695 + 19.6644313))
    assert_allclose(found.above["0.2"], 1 - below, rtol=1e-6)
    assert all(
        a > b for a, b in zip(*[list(found.above.values())[k:] for k in (0, 1)], strict=False)
    )


def test_a_prior_on_the_effect_size_is_in_standard_deviations(crt):
    """One that all but settles the effect gives itself back: half a standard deviation."""
    result = estimate_effect(crt, **CRT, effect_prior=(0.5, 0.001))

    found, deviation = result.contrasts[0].posterior, np.sqrt(6.5918695 + 19.6644313)
    assert_allclose(
        [found.low, found.high],
        [(0.5 - 0.00196) * deviation, (0.5 + 0.00196) * deviation],
        rtol=2e-5,
    )
    assert_allclose(found.effect_prior, (0.5 * deviation, 0.001 * deviation), rtol=1e-6)
    assert found.above["0.5"] == pytest.approx(0.5, abs=0.01)
    assert "posterior (uniform-icc, effect 2.5620 with deviation 0.0051)" in result.summary()


def test_a_prior_far_from_the_data_is_followed_to_where_it_lies():
    y, x, school = trial()
    moments = reduce_to_schools([*x.T, y], school)

    found = effect_posterior(moments, 1, effect_prior=(500.0, 0.01))

    assert_allclose(found.quantile(0.5), 500.0, atol=0.01)


def test_a_prior_that_does_not_exist_is_refused():
    y, x, school = trial()
    moments = reduce_to_schools([*x.T, y], school)

    with pytest.raises(AnalysisError, match="no prior jeffreys"):
        effect_posterior(moments, 1, prior="jeffreys")
    for none in ((0.0, 0.0), (0.0, -1.0), (np.nan, 1.0), (0.0, np.nan), (0.0, np.inf)):
        with pytest.raises(AnalysisError, match="a mean and a deviation above zero"):
            effect_posterior(moments, 1, effect_prior=none)
