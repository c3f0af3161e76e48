import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, estimate_effect, fit_multilevel

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


@pytest.fixture
def grouped(crt):
    return crt.assign(start=np.where(crt.Prettest < 3, "low", "high"))


@pytest.mark.parametrize("more", [{}, {"klass": "group", "strata": ["town"]}])
def test_each_subgroup_by_itself_is_the_analysis_of_its_pupils(grouped, more):
    grouped["group"] = grouped.School * 10 + np.arange(len(grouped)) % 2
    grouped["town"] = np.where(grouped.School % 3 == 0, "north", "south")

    (subgroup,) = estimate_effect(grouped, **CRT, **more, subgroups=["start"]).subgroups

    assert [level.level for level in subgroup.levels] == ["high", "low"]
    for level in subgroup.levels:
        alone = estimate_effect(grouped[grouped.start == level.level], **CRT, **more)
        assert level.contrasts == alone.contrasts
        assert (level.n_pupils, level.n_schools) == (alone.n_pupils, alone.n_schools)


def test_the_interaction_is_the_product_term_of_one_model(grouped):
    (subgroup,) = estimate_effect(grouped, **CRT, subgroups=["start"]).subgroups

    low = (grouped.start == "low").to_numpy(float)
    arm = grouped.Intervention.to_numpy(float)
    x = np.column_stack([np.ones(len(grouped)), arm, grouped.Prettest, low, arm * low])
    fit = fit_multilevel(grouped.Posttest, x, grouped.School)
    (interaction,) = subgroup.interactions
    assert interaction.term == "Intervention[1]:start[low]"
    assert_allclose(interaction.estimate, fit.coefficients[4], rtol=1e-9)
    assert_allclose(interaction.std_error, np.sqrt(fit.kenward_roger_covariance[4, 4]), rtol=1e-9)


def test_a_subgroup_that_is_a_covariate_is_no_covariate_of_itself(grouped):
    options = CRT | {"covariates": ["Prettest", "start"]}

    (subgroup,) = estimate_effect(grouped, **options, subgroups=["start"]).subgroups

    assert all(level.refused is None for level in subgroup.levels)
    plain = estimate_effect(grouped, **CRT, subgroups=["start"]).subgroups[0]
    assert_allclose(subgroup.interactions[0].estimate, plain.interactions[0].estimate, rtol=1e-9)


def test_a_subgroup_too_small_to_estimate_is_listed_with_the_reason(crt):
    crt["rare"] = np.where(crt.School == 1, "yes", "no")

    (subgroup,) = estimate_effect(crt, **CRT, subgroups=["rare"]).subgroups

    assert "cannot be told from" in subgroup.refused
    assert subgroup.levels[1].contrasts == ()
    assert "only arm" in subgroup.levels[1].refused


def test_pupils_without_a_subgroup_are_counted(grouped):
    grouped.loc[:4, "start"] = None

    (subgroup,) = estimate_effect(grouped, **CRT, subgroups=["start"]).subgroups

    assert subgroup.without == 5
    assert sum(level.n_pupils for level in subgroup.levels) == len(grouped) - 5


def test_one_level_is_no_subgroup(crt):
    with pytest.raises(AnalysisError, match="subgroup one has only one level"):
        estimate_effect(crt.assign(one="a"), **CRT, subgroups=["one"])


@pytest.mark.parametrize("design", ["cluster", "multisite"])
def test_a_subgroup_without_pupils_of_control_says_so(design):
    rng = np.random.default_rng(5)
    school = np.repeat(np.arange(12), 30)
    arm = (school if design == "cluster" else np.arange(360)) % 3
    names = np.array(["control", "reading", "maths"])[arm]
    late = np.where((arm > 0) & (np.arange(360) % 2 == 0), "late", "early")
    frame = {"y": rng.normal(size=360), "school": school, "arm": names, "start": late}

    (subgroup,) = estimate_effect(
        frame, outcome="y", school="school", arm="arm", design=design, subgroups=["start"]
    ).subgroups

    assert subgroup.levels[1].refused == "no pupil of control is in this subgroup"


def test_a_subgroup_without_pupils_of_the_arm_has_no_difference_beside_school_dummies():
    school, place = np.repeat(np.arange(6), 10), np.arange(60) % 10
    start = np.where(place < 3, "late", "early")
    frame = {"y": np.random.default_rng(6).normal(size=60), "school": school, "arm": place > 5}

    (subgroup,) = estimate_effect(
        frame | {"start": start},
        outcome="y",
        school="school",
        arm="arm",
        design="fixed-effects",
        subgroups=["start"],
    ).subgroups

    assert "so school dummies absorb it" in subgroup.refused
