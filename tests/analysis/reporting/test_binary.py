import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from statsmodels.discrete.discrete_model import Logit

from analysis import AnalysisError, Extras, estimate_effect

ASKED = {"outcome": "passed", "school": "school", "arm": "arm"}


def binary(frame, **options):
    result = estimate_effect(frame, **ASKED, **options, extras=Extras(binary=True))
    return result.contrasts[0].binary


def trial(seed, effect=0.8, schools=20):
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), 15)
    arm, x = school % 2, rng.normal(size=school.size)
    logit = -0.3 + effect * arm + 0.7 * x + 0.5 * rng.normal(size=schools)[school]
    passed = rng.random(school.size) < 1 / (1 + np.exp(-logit))
    return pd.DataFrame({"passed": passed.astype(int), "school": school, "arm": arm, "x": x})


def test_without_covariates_it_is_the_two_by_two_table():
    frame = trial(1)

    found = binary(frame)

    risk = frame.groupby("arm").passed.mean()
    odds = risk / (1 - risk)
    assert_allclose([found.risk_control, found.risk_arm], risk, rtol=1e-8)
    assert_allclose(found.risk_difference, risk[1] - risk[0], rtol=1e-7)
    assert_allclose(found.odds_ratio, odds[1] / odds[0], rtol=1e-7)


def test_its_error_is_that_of_school_means_where_schools_are_equal():
    """Clustered variance of a difference of means is the sum over schools of squared totals."""
    frame = trial(2)

    found = binary(frame)

    means = frame.groupby("school").agg(passed=("passed", "mean"), arm=("arm", "first"))
    squares = [((g - g.mean()) ** 2).sum() / 10**2 for _, g in means.groupby("arm").passed]
    few = 20 / 19 * 299 / 298  # 20 schools, 300 pupils, 2 columns
    assert_allclose(found.std_error, np.sqrt(few * sum(squares)), rtol=1e-6)
    assert found.df == 18


def test_the_odds_and_their_interval_are_those_of_the_coefficient():
    """statsmodels' own clustered fit; t on schools less two."""
    frame = trial(1)

    found = binary(frame, covariates=["x"])

    columns = np.column_stack([np.ones(300), frame.arm, frame.x])
    fit = Logit(frame.passed, columns).fit(
        disp=False, cov_type="cluster", cov_kwds={"groups": frame.school}
    )
    half = 2.1009220 * fit.bse.iloc[1]
    expected = fit.params.iloc[1] + np.array([0, -half, half])
    assert_allclose(
        np.log([found.odds_ratio, found.odds_low, found.odds_high]), expected, rtol=1e-6
    )
    risks = [fit.predict(columns * [1, 0, 1] + [0, arm, 0]).mean() for arm in (1, 0)]
    assert_allclose([found.risk_arm, found.risk_control], risks, rtol=1e-6)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """120 trials without effect: 95 % with an error of 2 %."""
    found = [binary(trial(seed, effect=0.0), covariates=["x"]) for seed in range(120)]

    assert np.mean([c.low <= 0 <= c.high for c in found]) > 0.95 - 4 * 0.02


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.assign(passed=f.passed + 1), "must be 0 or 1"),
        (lambda f: f.assign(passed=1), "for every pupil analysed"),
        (lambda f: f.assign(x=f.passed + np.arange(len(f)) / 1e4), "completely"),
    ],
)
def test_what_logistic_regression_cannot_do_is_refused(change, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        binary(change(trial(3)), covariates=["x"])
