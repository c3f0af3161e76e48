import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import estimate_effect, fit_multilevel

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def test_the_contrast_is_the_models_coefficient_with_kenward_roger_around_it(crt, gold):
    result = estimate_effect(crt, **CRT)

    contrast, kr = result.contrasts[0], gold["CRT-3"]["kenward_roger_Intervention"]
    assert (contrast.arm, contrast.control, contrast.df_method) == ("1", "0", "kenward-roger")
    found = [contrast.estimate, contrast.std_error, contrast.df, contrast.t, contrast.p_value]
    keys = ("Estimate", "Std. Error", "df", "t value", "Pr(>|t|)")
    assert_allclose(found, [kr[key] for key in keys], rtol=1e-6)
    assert_allclose(
        contrast.model_std_error, gold["CRT-3"]["fixed"]["Intervention"]["se"], rtol=1e-6
    )
    satterthwaite = contrast.other_df[0]
    assert satterthwaite.df_method == "satterthwaite"
    assert_allclose(satterthwaite.p_value, 0.020746101814, rtol=1e-6)


def test_the_empty_model_and_the_shares_of_variance_are_reported(crt, gold):
    result = estimate_effect(crt, **CRT)

    assert_allclose(result.model.icc["school"], gold["CRT-3"]["icc"], rtol=1e-6)
    assert_allclose(result.unconditional.icc["school"], gold["CRT-1"]["icc"], rtol=1e-6)
    counts = result.contrasts[0].n
    assert (counts["arm"].pupils, counts["arm"].schools) == (144, 10)
    assert (counts["control"].pupils, counts["control"].schools) == (121, 12)
    assert_allclose(result.contrasts[0].unadjusted_means["control"].mean, 18.893, atol=5e-4)


def test_terms_are_named_after_columns_and_levels(load):
    result = estimate_effect(
        load("exam"),
        outcome="normexam",
        school="school",
        covariates=["standLRT", "sex", "schgend"],
        references={"schgend": "mixed"},
    )

    names = [c.term for c in result.model.coefficients]
    assert names == ["(Intercept)", "standLRT", "sex[M]", "schgend[boys]", "schgend[girls]"]
    assert result.contrasts == ()


def test_numbers_may_be_taken_as_labels(crt):
    result = estimate_effect(crt, **CRT, categorical=["Prettest"])

    names = [c.term for c in result.model.coefficients][2:]
    assert names == [f"Prettest[{level}]" for level in (2, 3, 4, 5)]


def test_fixed_effects_are_least_squares_with_a_dummy_per_school(mst, gold):
    result = estimate_effect(mst, **CRT, design="fixed-effects")

    contrast, expected = result.contrasts[0], gold["MST-4"]["fixed"]["Intervention"]
    assert_allclose(contrast.estimate, expected["estimate"], rtol=1e-9)
    assert_allclose(contrast.std_error, expected["se"], rtol=1e-9)
    assert (contrast.df, contrast.df_method) == (154, "residual")
    assert [(other.df_method, other.df) for other in contrast.other_df] == [("normal", None)]
    assert result.warnings == ()
    assert_allclose(result.model.variances["pupil"], gold["MST-4"]["residual_sd"] ** 2, rtol=1e-9)


def test_three_arms_give_two_contrasts_against_the_named_control(crt):
    arms = CRT | {"arm": "Intervention2", "control": "1"}

    result = estimate_effect(crt, **arms)

    assert [(c.arm, c.control) for c in result.contrasts] == [("0", "1"), ("2", "1")]


def test_strata_are_crossed_and_their_empty_combinations_left_out(crt):
    crt["size"] = np.where(crt.School % 3 == 0, "large", "small")
    crt["town"] = np.where(crt.School % 2 == 0, "north", "south")

    result = estimate_effect(crt, **CRT, strata=["size", "town"])

    names = [c.term for c in result.model.coefficients][3:]
    assert names == ["size/town[large/south]", "size/town[small/north]", "size/town[small/south]"]
    alone = estimate_effect(crt.assign(size="small"), **CRT, strata=["size"])
    assert len(alone.model.coefficients) == 3


def test_incomplete_pupils_are_counted_once_by_their_first_gap(crt):
    crt = crt.astype({"Posttest": float, "Prettest": float})
    crt.loc[[0, 1, 2], "Posttest"] = np.nan
    crt.loc[[2, 3], "Prettest"] = np.nan

    result = estimate_effect(crt, **CRT)

    assert result.dropped == {"missing Posttest": 3, "missing Prettest": 1}
    assert result.n_pupils == 261


def test_the_order_of_rows_does_not_matter(crt):
    shuffled = crt.sample(frac=1, random_state=4)

    one, other = (estimate_effect(frame, **CRT).contrasts[0] for frame in (crt, shuffled))

    assert_allclose(
        [other.estimate, other.std_error, other.df, other.low],
        [one.estimate, one.std_error, one.df, one.low],
        rtol=1e-10,
    )


def test_arrays_do_as_well_as_a_frame(crt):
    by_name = estimate_effect(crt, **CRT)

    by_array = estimate_effect(
        outcome=crt.Posttest.to_numpy(),
        school=crt.School.to_numpy(),
        arm=crt.Intervention.to_numpy(),
        covariates={"pre-test": crt.Prettest.to_numpy()},
    )

    assert by_array.contrasts[0].estimate == by_name.contrasts[0].estimate
    assert by_array.model.coefficients[2].term == "pre-test"


def test_the_dictionary_is_json_and_the_same_twice(crt):
    first, second = (
        json.dumps(estimate_effect(crt, **CRT).to_dict(), allow_nan=False) for _ in "12"
    )

    assert first == second
    keys = {"outcome", "design", "version", "data_sha256", "n_pupils", "n_schools", "dropped"}
    assert keys | {"model", "unconditional", "contrasts", "warnings"} <= set(json.loads(first))


def test_a_column_may_bear_the_name_of_what_is_not_told(crt):
    named = crt.rename(columns={"Prettest": "results"})

    told = estimate_effect(named, **CRT | {"covariates": ["results"]}).to_dict()

    assert list(told["covariate_icc"]) == ["results"]


def test_a_data_frame_of_contrasts_has_one_row_each(crt):
    result = estimate_effect(crt, **CRT)
    tidy = result.tidy()

    assert tidy.arm.tolist() == ["1"]
    assert_allclose(tidy.effect_size, 0.6068801, atol=1e-7)
    assert_allclose(tidy.effect_size_low, 0.10801, atol=1e-5)
    assert list(estimate_effect(crt, **CRT | {"arm": None}).tidy()) == list(tidy)
    assert repr(result) == (
        "<EffectResult Posttest, cluster: 1 against 0 3.11; 265 pupils in 22 schools>"
    )


def test_the_summary_starts_with_the_sentence_of_the_effect(crt):
    first, *_ = estimate_effect(crt, **CRT).summary().splitlines()

    assert first == (
        "1 against 0: 0.61 standard deviations (95% interval 0.11 to 1.11), p = 0.020, "
        "7 months of additional progress."
    )


def test_columns_that_differ_only_in_case_are_different_columns(mst):
    small, capital = (
        estimate_effect(mst, **CRT | {"arm": arm, "control": "0"}, design="multisite")
        for arm in ("intervention2", "Intervention2")
    )

    assert small.contrasts[0].estimate != capital.contrasts[0].estimate


def test_maximum_likelihood_is_judged_by_satterthwaite(crt, gold):
    result = estimate_effect(crt, **CRT, method="ml")

    assert result.contrasts[0].df_method == "satterthwaite"
    assert_allclose(result.model.deviance, gold["CRT-3ML"]["criterion_minus2loglik"], atol=1e-8)


def test_a_singular_slope_model_says_so_first(mst):
    result = estimate_effect(mst, **CRT, design="multisite-slope")

    assert result.model.singular
    assert result.summary().startswith("Warning: The fit is singular: the slopes of schools")
    assert_allclose(result.model.variances["slope"], 14.7538764521, rtol=1e-4)
    share = 1 - 73.4108 / 124.0435  # of the pupils in the total, eefAnalytics 1.1.5
    assert_allclose(result.model.icc["school"], share, atol=1e-4)
    by_name = {other.df_method: other.df for other in result.contrasts[0].other_df}
    assert by_name["between-within"] == 52  # 53 schools with both arms, less one


def test_classes_are_a_level_of_their_own(crt):
    crt["group"] = crt.School * 10 + np.arange(len(crt)) % 2

    result = estimate_effect(crt, **CRT, klass="group")

    assert set(result.model.variances) == {"school", "class", "pupil"}
    assert set(result.unconditional.icc) == {"school", "class"}
    assert [size.name for size in result.contrasts[0].effect_sizes] == ["g_total_unconditional"]
    by_name = {other.df_method: other.df for other in result.contrasts[0].other_df}
    assert by_name["between-within"] == 20


@pytest.mark.parametrize("unit", [1.0, 1e-6])
def test_the_level_without_variance_is_named_in_any_unit(crt, unit):
    """Classes are taken to their schools' means, so that only they do not differ."""
    crt["group"] = crt.School * 10 + np.arange(len(crt)) % 2
    school, group = (crt.groupby(name).Posttest.transform("mean") for name in ("School", "group"))
    crt["Posttest"] = unit * (crt.Posttest - group + school)

    result = estimate_effect(crt, **CRT | {"covariates": []}, klass="group")

    (warning,) = result.warnings
    assert "at the level of the class is estimated at zero" in warning


def test_an_arm_inside_schools_is_judged_by_their_pupils(mst):
    result = estimate_effect(mst, **CRT, design="multisite")

    by_name = {other.df_method: other.df for other in result.contrasts[0].other_df}
    assert by_name["between-within"] == 154  # 210 pupils less 54 schools less arm and pre-test


def test_the_fewest_schools_that_will_do(crt, mst):
    """Two schools an arm; inside schools fewer than four are warned of."""
    arm = crt.groupby("School").Intervention.first()
    four = [*arm.index[arm == 0][:2], *arm.index[arm == 1][:2]]
    three, large = mst.School.value_counts().index[:3], mst.School.value_counts().index[:4]

    assert estimate_effect(crt[crt.School.isin(four)], **CRT).n_schools == 4
    few, enough = (
        estimate_effect(mst[mst.School.isin(schools)], **CRT, design="multisite").warnings
        for schools in (three, large)
    )
    assert "There are only 3 schools; the variance between schools is hardly known." in few
    assert not any("There are only" in warning for warning in enough)


def test_school_dummies_say_what_they_absorb(mst):
    result = estimate_effect(
        mst.assign(size=mst.School % 3.0), **CRT | {"covariates": ["size"]}, design="fixed-effects"
    )

    assert result.warnings == ("School dummies absorb size, which do not vary inside schools.",)


def test_a_covariate_may_differ_in_slope_between_schools(load, gold):
    result = estimate_effect(
        load("exam"),
        outcome="normexam",
        school="school",
        covariates=["standLRT"],
        slope="standLRT",
        method="ml",
    )

    assert_allclose(result.model.deviance, gold["EXAM-4"]["criterion_minus2loglik"], atol=1e-8)
    assert_allclose(result.model.variances["slope"], 0.014535681134, rtol=1e-6)


def test_the_school_share_of_the_pre_test_is_reported_too(crt):
    result = estimate_effect(crt, **CRT)

    x = np.ones((len(crt), 1))
    fit = fit_multilevel(crt.Prettest, x, crt.School)
    share = fit.variances["school"] / sum(fit.variances.values())
    assert_allclose(result.covariate_icc["Prettest"]["school"], share, rtol=1e-10)


def test_a_covariate_of_schools_has_no_share_of_pupils(load):
    result = estimate_effect(
        load("hsb82"), outcome="mAch", school="school", covariates=["meanses", "cses"]
    )

    assert list(result.covariate_icc) == ["cses"]


def test_pupils_who_seem_to_be_in_the_file_twice_are_named(load):
    """exam.csv repeats four students inside their school, e.g. student 21 of school 52."""
    result = estimate_effect(load("exam"), outcome="normexam", school="school")

    (warning,) = result.warnings
    assert warning.startswith("Column student repeats a pupil of the same school in row ")
    assert "row 2759, 3228, 3316, 3351;" in warning


def test_pupils_numbered_anew_in_each_school_are_not_twice_in_the_file(crt):
    numbered = crt.assign(pupil=crt.groupby("School").cumcount())

    assert estimate_effect(numbered, **CRT).warnings == ()


def test_the_engine_agrees_with_an_independent_one(load):
    """statsmodels' MixedLM, converged tightly, on a model with labels and two levels."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    frame = load("bdf")
    result = estimate_effect(
        frame, outcome="langPOST", school="schoolNR", covariates=["langPRET", "Minority"]
    )

    x = np.column_stack([np.ones(len(frame)), frame.langPRET, frame.Minority == "Y"])
    fit = MixedLM(frame.langPOST, x.astype(float), groups=frame.schoolNR)
    fit = fit.fit(method="bfgs", gtol=1e-10)
    found = [c.estimate for c in result.model.coefficients]
    assert_allclose(found, fit.fe_params, rtol=1e-5)
    # its errors allow for the variances being estimated, and are a little larger
    assert_allclose([c.std_error for c in result.model.coefficients], fit.bse_fe, rtol=5e-3)
    assert_allclose(result.model.variances["school"], float(fit.cov_re.iloc[0, 0]), rtol=1e-3)
