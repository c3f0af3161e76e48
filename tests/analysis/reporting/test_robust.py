import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, Extras, estimate_effect
from analysis.inference.cluster_robust import cluster_robust

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def test_least_squares_are_judged_with_the_published_corrections(crt, gold):
    """clubSandwich 0.5-8 on the same columns: p = 0.0615."""
    result = estimate_effect(crt, **CRT, extras=Extras(robust=True))

    found = result.contrasts[0].robust
    expected = gold["CRT-4"]["fixed"]["Intervention"]["estimate"]
    assert_allclose([found.estimate, found.p_value], [expected, 0.061500967796], rtol=1e-6)
    assert found.kind == "CR2"
    assert result.joint_test is None  # one arm is its own test


def test_without_schools_the_estimate_is_that_of_a_simple_trial(mst):
    """eefAnalytics 1.1.5, srtFREQ on its own data."""
    result = estimate_effect(mst, **CRT, design="multisite", extras=Extras(robust=True))

    found = result.contrasts[0].robust
    assert_allclose(found.estimate, 3.5863109, atol=1e-7)
    conditional, unconditional = found.effect_sizes
    sizes = [[size.value, size.low, size.high] for size in (conditional, unconditional)]
    published = [[0.3238390, 0.0524269, 0.5952511], [0.2734113, 0.0025071, 0.5443154]]
    assert_allclose(sizes, published, atol=1e-5)


def test_with_school_dummies_both_fits_are_the_same_line(mst, gold):
    extras = Extras(robust=True, wild=199)

    result = estimate_effect(mst, **CRT, design="fixed-effects", extras=extras)

    expected = gold["MST-4"]["fixed"]["Intervention"]["estimate"]
    contrast = result.contrasts[0]
    assert_allclose([contrast.robust.estimate, contrast.wild.estimate], expected, rtol=1e-9)
    dummies = (mst.School.to_numpy()[:, None] == np.unique(mst.School)).astype(float)
    written_out = np.column_stack([mst.Intervention, mst.Prettest, dummies])
    fit = cluster_robust(mst.Posttest, written_out, mst.School)
    assert_allclose(contrast.robust.std_error, fit.std_errors[0], rtol=1e-6)
    assert_allclose(contrast.wild.std_error, contrast.robust.std_error, rtol=0.05)


def test_several_arms_have_a_joint_test_and_a_seed_of_their_draws(crt):
    arms = CRT | {"arm": "Intervention2", "control": "0"}

    result = estimate_effect(crt, **arms, extras=Extras(robust=True, wild=99), seed=3)

    assert result.joint_test.df_between == 2
    assert 0 < result.joint_test.p_value < 1
    assert result.seed == 3
    again = estimate_effect(crt, **arms, extras=Extras(wild=99), seed=3)
    assert [c.wild for c in again.contrasts] == [c.wild for c in result.contrasts]


def test_without_an_arm_there_is_no_contrast_to_judge(crt):
    with pytest.raises(AnalysisError, match="about an effect; name the arm"):
        estimate_effect(crt, outcome="Posttest", school="School", extras=Extras(robust=True))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"missing_data": "hope"}, "no missing data hope; choose from complete-cases, rule"),
        ({"family": "bonferroni"}, "no family bonferroni; choose from holm"),
        ({"norms": {"Cito": (1.0, 1.0)}}, "name the column of the test"),
    ],
)
def test_extras_that_do_not_exist_are_refused(options, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        Extras(**options)
