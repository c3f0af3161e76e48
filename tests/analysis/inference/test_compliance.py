import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, estimate_effect

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}
DOSE = {"dose": "Percentage_Attendance", "threshold": 40}


def cace(frame, **options):
    return estimate_effect(frame, **CRT | DOSE | options).contrasts[0].cace


def test_the_complier_effect_is_the_published_two_stage_estimate(crt):
    """Stata's clustered standard error; eefAnalytics' data, threshold 40 % of sessions."""
    found = cace(crt)

    assert_allclose(found.estimate, 3.8765401, atol=1e-7)
    assert_allclose(found.std_error, 1.7489168, atol=1e-7)
    stata = np.sqrt(22 / 21 * 264 / 262)  # 22 schools, 265 pupils, 3 columns
    assert_allclose(found.std_error / stata, 1.7022218, atol=1e-7)
    assert_allclose(found.first_stage_f, 431.26, atol=0.005)
    assert_allclose(list(found.compliant.values()), [0.7777778, 0.0], atol=1e-7)
    assert found.df == 21
    assert found.bounds is None  # every pupil has a dose
    assert_allclose(found.effect_size, found.estimate / np.sqrt(6.5918696 + 19.6644312), rtol=1e-7)


def test_the_clustered_first_stage_sees_that_schools_comply_and_not_pupils():
    """Six of ten schools comply with all their pupils: a share among schools, written out."""
    school = np.repeat(np.arange(20), 30)
    dose = np.where(school < 6, 1.0, 0.0)
    y = np.random.default_rng(2).normal(size=600)

    found = estimate_effect(
        {"y": y, "school": school, "arm": (school < 10) * 1, "dose": dose},
        outcome="y",
        school="school",
        arm="arm",
        dose="dose",
        threshold=0.5,
    ).contrasts[0]

    few = 20 / 19 * 599 / 598  # 20 schools, 600 pupils, 2 columns
    variance = few * (6 * 0.4**2 + 4 * 0.6**2) / 10**2
    assert_allclose(found.cace.first_stage_f_clustered, 0.6**2 / variance, rtol=1e-9)
    assert found.cace.first_stage_f > 25 * found.cace.first_stage_f_clustered


def test_without_covariates_it_is_the_difference_over_the_share(crt):
    found = cace(crt, covariates=[])

    means = crt.groupby("Intervention").Posttest.mean()
    assert_allclose(found.estimate, (means[1] - means[0]) / found.compliant["arm"], rtol=1e-10)


def test_a_dose_of_just_the_threshold_complies(crt):
    doses = crt.Percentage_Attendance[crt.Intervention == 1]
    threshold = doses.sort_values().iloc[72]  # of 144 pupils

    assert cace(crt, threshold=threshold).compliant["arm"] == 0.5
    assert np.mean(doses > threshold) < 0.5


def test_pupils_without_a_dose_are_bounded_both_ways(crt):
    crt.loc[crt.School == crt.School[crt.Intervention == 1].iloc[0], "Percentage_Attendance"] = (
        np.nan
    )

    found = cace(crt)

    low, high = found.bounds
    assert low < high
    assert found.without_dose == crt.Percentage_Attendance.isna().sum()
    assert found.n_pupils == len(crt) - found.without_dose
    none, enough = (cace(crt.fillna({"Percentage_Attendance": dose})) for dose in (0.0, 100.0))
    assert_allclose(high, none.estimate, rtol=1e-10)  # fewer compliers, larger effect on each
    assert_allclose(low, enough.estimate, rtol=1e-10)


def test_a_dose_that_follows_from_a_covariate_is_refused(crt):
    crt["met"] = (crt.Percentage_Attendance >= 40) * 1.0

    with pytest.raises(AnalysisError, match="leave the dose out"):
        cace(crt, covariates=["met"])


def test_nobody_with_a_dose_is_refused(crt):
    with pytest.raises(AnalysisError, match="no pupil in 1 and its control has a dose"):
        cace(crt.assign(Percentage_Attendance=np.nan))


@pytest.mark.parametrize("covariates", [["Prettest"], []])
def test_with_school_dummies_it_is_the_estimate_with_the_dummies_written_out(mst, covariates):
    from linearmodels.iv import IV2SLS

    found = cace(mst, design="fixed-effects", threshold=20, covariates=covariates)

    dummies = np.column_stack([mst.School == s for s in mst.School.unique()]).astype(float)
    exogenous = np.column_stack([dummies, mst[covariates]])
    complies = (mst.Percentage_Attendance >= 20).astype(float)
    expected = IV2SLS(mst.Posttest, exogenous, complies, mst.Intervention.astype(float)).fit()
    assert_allclose(found.estimate, expected.params.iloc[-1], rtol=1e-8)


def test_each_of_three_arms_has_compliers_of_its_own(crt):
    crt["dose"] = crt.Intervention2 * 30.0 + crt.Prettest

    result = estimate_effect(
        crt, **CRT | {"arm": "Intervention2", "dose": "dose", "threshold": 33, "control": "0"}
    )

    shares = [contrast.cace.compliant["arm"] for contrast in result.contrasts]
    assert_allclose(shares[1], 1.0)
    assert 0 < shares[0] < 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"threshold": None}, "a dose and a threshold go together"),
        ({"threshold": 500}, "on one side of the threshold"),
        ({"arm": None}, "name the arm"),
        ({"dose": "Nothing"}, "no column Nothing"),
    ],
)
def test_what_says_nothing_about_compliers_is_refused(crt, options, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        cace(crt, **options)
