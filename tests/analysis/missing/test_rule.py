import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, Extras, estimate_effect
from analysis.coding.terms import Term
from analysis.missing.dropout import dropout_model

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


@pytest.fixture(scope="module")
def lossy(load):
    """One pupil in six without an outcome, most of them with a low pre-test in the arm."""
    rng = np.random.default_rng(7)
    crt = load("crtData").astype({"Posttest": float, "Prettest": float})
    chance = 0.08 + 0.6 * ((crt.Prettest <= 2) & (crt.Intervention == 1))
    crt.loc[rng.random(len(crt)) < chance, "Posttest"] = np.nan
    return crt


@pytest.fixture(scope="module")
def found(lossy):
    return by_rule(lossy)


def by_rule(frame, **options):
    return estimate_effect(frame, **CRT, **options, extras=Extras(missing_data="rule"))


def test_under_the_limit_complete_cases_will_do(crt):
    crt = crt.astype({"Posttest": float})
    crt.loc[:5, "Posttest"] = np.nan

    found = by_rule(crt)

    assert found.missing_data.rule == "complete cases"
    assert found.missing_data.dropout is None
    assert_allclose(found.missing_data.incomplete["all"], 6 / 265)
    assert found.contrasts == estimate_effect(crt, **CRT).contrasts


def test_above_it_the_estimate_is_pooled_over_at_least_twenty_data_sets(found):
    (contrast,) = found.contrasts
    pooled = contrast.imputed.pooled
    assert pooled.imputations == max(20, np.ceil(100 * found.missing_data.incomplete["all"]))
    assert 0 < pooled.missing_information < 0.5
    assert abs(pooled.estimate - 3.11) < 0.6  # of the data before the loss
    assert pooled.std_error > contrast.std_error * 0.8


def test_who_is_incomplete_is_counted_by_arm(lossy, found):
    shares = lossy.Posttest.isna().groupby(lossy.Intervention).mean()

    assert_allclose([found.missing_data.incomplete[arm] for arm in "01"], shares, rtol=1e-12)


def test_normal_tests_stay_normal_when_they_are_pooled(lossy):
    extras = Extras(missing_data="rule", imputations=2)

    (contrast,) = estimate_effect(lossy, **CRT, df="normal", extras=extras).contrasts

    pooled = contrast.imputed.pooled
    within = pooled.std_error**2 * (1 - pooled.missing_information)
    assert_allclose(pooled.df, (1 + within / (pooled.std_error**2 - within)) ** 2, rtol=1e-5)


def test_without_an_arm_there_is_no_rule(crt):
    asked = {"outcome": "Posttest", "school": "School"}

    with pytest.raises(AnalysisError, match="about an effect; name the arm"):
        estimate_effect(crt, **asked, extras=Extras(missing_data="rule"))


def test_the_plan_may_set_the_share_and_the_number_of_imputations(crt, lossy):
    few = crt.astype({"Posttest": float})
    few.loc[:5, "Posttest"] = np.nan  # 2.3 %

    strict = Extras(missing_data="rule", missing_above=0.02, imputations=3)
    mild = Extras(missing_data="rule", missing_above=0.5)

    found = estimate_effect(few, **CRT, extras=strict)
    assert found.missing_data.limit == 0.02
    assert found.contrasts[0].imputed.pooled.imputations == 3
    assert estimate_effect(lossy, **CRT, extras=mild).missing_data.rule == "complete cases"
    with pytest.raises(AnalysisError, match=r"between 0 and 1, not 1\.5"):
        Extras(missing_above=1.5)
    with pytest.raises(AnalysisError, match="two imputations or more"):
        Extras(imputations=1)


def test_shifting_the_imputed_outcomes_of_the_arm_moves_the_effect_with_it(found):
    (contrast,) = found.contrasts
    shifted = contrast.imputed.shifted
    assert [s.shift for s in shifted] == [-0.2, -0.1, 0.0, 0.1, 0.2]
    assert np.all(np.diff([s.estimate for s in shifted]) > 0)
    assert shifted[2].estimate == contrast.imputed.pooled.estimate


def test_the_same_seed_gives_the_same_answer(lossy):
    extras = Extras(missing_data="rule", imputations=2)

    one, again, other = (
        estimate_effect(lossy, **CRT, seed=seed, extras=extras).contrasts for seed in (1, 1, 2)
    )

    assert one == again != other


def test_the_model_of_loss_finds_what_it_depends_on(lossy, found):
    by_name = {p.term: p for p in found.missing_data.dropout.predictors}
    assert found.missing_data.dropout.lost == lossy.Posttest.isna().sum()
    assert by_name["Prettest"].odds_ratio < 1
    assert by_name["Intervention[1]"].odds_ratio > 1
    assert found.missing_data.dropout.p_value < 0.05


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


def test_more_terms_than_schools_are_no_model():
    rng = np.random.default_rng(3)
    terms = [Term(f"x{k}", rng.normal(size=60)) for k in range(5)]

    with pytest.raises(AnalysisError, match="4 schools are too few for a model of loss with 5"):
        dropout_model(np.arange(60) % 3 == 0.0, terms, np.arange(60) % 4)


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
        result = by_rule(gaps)
        found.append(result.contrasts[0].imputed.pooled.estimate)

    assert result.missing_data.dropout is None  # every outcome is there
    assert result.contrasts[0].imputed.shifted == ()
    assert abs(np.mean(found) - 3.1097) < 4 * 0.2 / np.sqrt(8)
