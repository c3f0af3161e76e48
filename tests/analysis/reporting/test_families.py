import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.reporting.families import adjusted_p_values, westfall_young


def test_holm_and_hochberg_written_out():
    p = [0.01, 0.04, 0.03]

    assert_allclose(adjusted_p_values(p, "holm"), [0.03, 0.06, 0.06])
    assert_allclose(adjusted_p_values(p, "hochberg"), [0.03, 0.04, 0.04])


def test_an_empty_family_and_an_unknown_method():
    assert adjusted_p_values([]).size == 0
    with pytest.raises(AnalysisError, match="no adjustment bonferroni"):
        adjusted_p_values([0.1], "bonferroni")


def test_one_hypothesis_keeps_its_own_p_value():
    t = np.array([[2.0], [1.0], [-2.5], [0.3]])

    assert_allclose(westfall_young(t), [(1 + 1) / 4])


def test_all_allocations_give_the_share_that_exceeds():
    """The observed allocation is one of the four, and is not counted twice."""
    t = np.array([[2.0], [1.0], [2.0], [-2.5], [0.3]])

    assert_allclose(westfall_young(t, exact=True), [2 / 4])


def test_the_same_hypothesis_twice_costs_nothing():
    """Holm would double the p-value; the joint draws know that both are one."""
    t = np.random.default_rng(1).normal(size=(500, 1))
    t[0] = 2.5

    twice = westfall_young(np.hstack([t, t]))

    assert_allclose(twice, np.repeat(westfall_young(t), 2))


def test_independent_hypotheses_cost_about_what_holm_costs():
    t = np.random.default_rng(2).normal(size=(20_001, 4))
    t[0] = [3.0, 2.0, 0.5, 1.0]

    joint = westfall_young(t)

    single = [np.mean(np.abs(t[:, k]) >= t[0, k]) for k in range(4)]
    assert_allclose(joint[0], adjusted_p_values(single)[0], rtol=0.2)
    assert list(np.argsort(joint, kind="stable"))[:2] == [0, 1]


def test_family_wise_errors_are_rare():
    """600 families of three correlated null hypotheses: 0.05 with an error of 0.009."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(600):
        t = rng.normal(size=(100, 3)) + rng.normal(size=(100, 1))
        found.append(westfall_young(t).min() <= 0.05)

    assert np.mean(found) < 0.05 + 4 * 0.009


def test_observed_statistics_alone_are_no_test():
    with pytest.raises(AnalysisError, match="at least one draw"):
        westfall_young([[1.0, 2.0]])
