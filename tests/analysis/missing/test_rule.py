import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, estimate_effect
from analysis.coding.terms import Term
from analysis.missing.dropout import dropout_model
from analysis.missing.rule import estimate_with_missing

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


@pytest.fixture
def lossy(crt):
    """One pupil in six without an outcome, most of them with a low pre-test in the arm."""
    rng = np.random.default_rng(7)
    crt = crt.astype({"Posttest": float, "Prettest": float})
    chance = 0.08 + 0.6 * ((crt.Prettest <= 2) & (crt.Intervention == 1))
    crt.loc[rng.random(len(crt)) < chance, "Posttest"] = np.nan
    return crt


def test_under_the_limit_complete_cases_will_do(crt):
    crt = crt.astype({"Posttest": float})
    crt.loc[:5, "Posttest"] = np.nan

    found = estimate_with_missing(crt, **CRT)

    assert found.contrasts == ()
    assert found.dropout is None
    assert_allclose(found.incomplete["all"], 6 / 265)
    assert found.complete_cases == estimate_effect(crt, **CRT)


def test_above_it_the_estimate_is_pooled_over_at_least_twenty_data_sets(lossy):
    found = estimate_with_missing(lossy, **CRT)

    (contrast,) = found.contrasts
    assert contrast.pooled.imputations == max(20, np.ceil(100 * found.incomplete["all"]))
    assert 0 < contrast.pooled.missing_information < 0.5
    assert abs(contrast.pooled.estimate - 3.11) < 0.6  # of the data before the loss
    assert contrast.pooled.std_error > found.complete_cases.contrasts[0].std_error * 0.8


def test_shifting_the_imputed_outcomes_of_the_arm_moves_the_effect_with_it(lossy):
    found = estimate_with_missing(lossy, **CRT)

    (contrast,) = found.contrasts
    estimates = [contrast.shifted[shift].estimate for shift in (-0.2, -0.1, 0.0, 0.1, 0.2)]
    assert np.all(np.diff(estimates) > 0)
    assert contrast.shifted[0.0] == contrast.pooled


def test_the_same_seed_gives_the_same_answer(lossy):
    one, again = (estimate_with_missing(lossy, **CRT, seed=5).contrasts for _ in "12")

    assert one == again


def test_the_model_of_loss_finds_what_it_depends_on(lossy):
    found = estimate_with_missing(lossy, **CRT)

    by_name = {p.term: p for p in found.dropout.predictors}
    assert found.dropout.lost == lossy.Posttest.isna().sum()
    assert by_name["Prettest"].odds_ratio < 1
    assert by_name["Intervention[1]"].odds_ratio > 1
    assert found.dropout.p_value < 0.05


def test_loss_by_nothing_known_is_rarely_called_a_pattern():
    """300 samples of 20 schools; the joint test rejects 5 % with an error of 1.3 %."""
    rng = np.random.default_rng(2)
    school = np.repeat(np.arange(20), 15)
    found = []
    for _ in range(300):
        lost = (rng.random(300) < 0.15).astype(float)
        terms = [Term("x", rng.normal(size=300))]
        found.append(dropout_model(lost, terms, school).p_value <= 0.05)

    assert np.mean(found) < 0.05 + 4 * 0.013


def test_no_loss_is_no_model():
    with pytest.raises(AnalysisError, match="pupils who were lost and pupils who were not"):
        dropout_model(np.zeros(20), [], np.arange(20))


def test_gaps_in_the_pre_test_are_imputed_without_bias(crt):
    """Every eighth pre-test lost, eight ways: 3.11 on average, where one way is off by 0.2."""
    crt = crt.astype({"Prettest": float})
    found = []
    for first in range(8):
        gaps = crt.copy()
        gaps.loc[first::8, "Prettest"] = np.nan
        result = estimate_with_missing(gaps, **CRT)
        found.append(result.contrasts[0].pooled.estimate)

    assert result.dropout is None  # every outcome is there
    assert abs(np.mean(found) - 3.1097) < 4 * 0.2 / np.sqrt(8)
