import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, estimate_effect, fit_multilevel
from analysis.coding.sample import complete_cases
from analysis.engine.resampling import new_outcomes
from analysis.inference.bootstrap import _prepare, _residual_outcomes
from analysis.models import design_terms
from analysis.request import Request

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def test_percentiles_lie_near_those_of_the_published_package(crt):
    """eefAnalytics, 1,000 draws of schools: 0.24 to 1.13 by the conditional variance.

    It merges a school drawn twice, and its deviation is 4.52 where the headline's is 5.12.
    """
    found = estimate_effect(crt, **CRT, bootstrap=1_000).contrasts[0].bootstrap

    assert (found.draws, found.scheme, found.failed) == (1_000, "schools", 0)
    ends = [found.effect_size_low, found.effect_size_high]
    assert_allclose(ends, np.array([0.24, 1.13]) * 4.5225 / 5.1241, atol=0.1)


def test_drawing_pupils_too_widens_the_interval(crt):
    one, two = (
        estimate_effect(crt, **CRT, bootstrap=500, bootstrap_scheme=scheme).contrasts[0].bootstrap
        for scheme in ("schools", "two-stage")
    )

    assert two.std_error > one.std_error


def test_a_school_drawn_twice_gets_other_pupils_each_time():
    """Equal schools: the variance of the two stages is a sum; 3,000 draws know it to 2.6 %.

    The same pupils twice would nearly double the second part, which is most of it here.
    """
    rng = np.random.default_rng(17)
    y, arm = rng.normal(size=(20, 5)) + 0.2 * rng.normal(size=(20, 1)), np.arange(20) % 2
    frame = {"y": y.ravel(), "school": np.repeat(np.arange(20), 5), "arm": np.repeat(arm, 5)}
    options = {"bootstrap": 3_000, "bootstrap_scheme": "two-stage"}

    result = estimate_effect(frame, outcome="y", school="school", arm="arm", **options)

    means, inside = y.mean(axis=1), y.var(axis=1) / 5  # of a school mean when pupils are redrawn
    parts = [(means[arm == k].var() + inside[arm == k].mean()) / 10 for k in (0, 1)]
    assert_allclose(result.contrasts[0].bootstrap.std_error ** 2, sum(parts), rtol=4 * 0.026)


def test_the_spread_of_residual_replicates_is_the_models_standard_error(load):
    """100 schools, where both are close: 600 draws know a deviation to 3 %."""
    frame = load("bdf")
    frame["arm"] = (
        np.random.default_rng(5).permutation(frame.schoolNR.unique())[
            np.unique(frame.schoolNR, return_inverse=True)[1]
        ]
        % 2
    )
    result = estimate_effect(
        frame,
        outcome="langPOST",
        school="schoolNR",
        arm="arm",
        covariates=["langPRET"],
        bootstrap=600,
        bootstrap_scheme="residual",
    )

    contrast = result.contrasts[0]
    assert_allclose(contrast.bootstrap.std_error, contrast.model_std_error, rtol=0.12)


def test_drawn_residuals_have_the_models_means_and_variances(crt):
    """3,000 outcomes of each pupil: the mean is X b, schools and pupils vary as estimated."""
    request = Request("Posttest", "School", "Intervention", covariates=("Prettest",))
    sample = complete_cases(crt, request, rows=np.arange(len(crt)))
    data = _prepare(sample, design_terms(sample, request), request)

    drawn = _residual_outcomes(data, 3_000, np.random.default_rng(2), reml=True)

    x = np.column_stack([np.ones(len(crt)), crt.Intervention, crt.Prettest])
    fit, unit = fit_multilevel(crt.Posttest, x, crt.School), data.moments.scale[-1]
    left = drawn * unit + data.moments.shift[-1] - x @ fit.coefficients
    between, pupil = fit.variances["school"], fit.variances["pupil"]
    assert_allclose(left.mean(axis=0), 0, atol=5 * np.sqrt((between + pupil) / 3_000))
    assert_allclose(np.mean(left**2), between + pupil, rtol=0.03)
    one, other = np.flatnonzero(crt.School == 2)[:2]  # of one school
    together = np.mean(left[:, one] * left[:, other])
    assert abs(together - between) < 4 * (between + pupil) / np.sqrt(3_000)


def test_outcomes_of_many_pupils_are_drawn_a_few_at_a_time(crt, monkeypatch):
    monkeypatch.setattr("analysis.inference.bootstrap.OUTCOMES", 265 * 10)
    held = []
    monkeypatch.setattr(
        "analysis.inference.bootstrap.new_outcomes",
        lambda *given: held.append(len(given[3])) or new_outcomes(*given),
    )

    found = estimate_effect(crt, **CRT, bootstrap=25, bootstrap_scheme="residual").contrasts[0]

    assert held == [10, 10, 5]
    assert (found.bootstrap.draws, found.bootstrap.failed) == (25, 0)


def test_the_same_seed_gives_the_same_interval(crt):
    one, again = (estimate_effect(crt, **CRT, bootstrap=50, seed=3).to_dict() for _ in "12")

    assert one == again
    assert one["contrasts"][0]["bootstrap"]["draws"] == 50


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"bootstrap_scheme": "jackknife"}, "no bootstrap of jackknife"),
        ({"design": "fixed-effects"}, "the bootstrap is for designs cluster and multisite"),
        ({"arm": None}, "name the arm"),
    ],
)
def test_a_bootstrap_that_does_not_exist_is_refused(mst, options, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        estimate_effect(mst, **{**CRT, "design": "multisite", **options}, bootstrap=10)
