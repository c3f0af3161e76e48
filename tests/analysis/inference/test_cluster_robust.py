from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.inference.cluster_robust import POWERS, cluster_robust


def design(frame):
    return np.column_stack([np.ones(len(frame)), frame.Intervention, frame.Prettest])


@pytest.mark.parametrize("name", ["CRT-4", "MST-5"])
@pytest.mark.parametrize("kind", POWERS)
def test_errors_and_degrees_of_freedom_are_those_of_clubsandwich(name, kind, gold, load):
    entry = gold[name]
    frame = load(entry["file"].removesuffix(".csv"))

    fit = cluster_robust(frame.Posttest, design(frame), frame.School, kind)

    expected = list(entry["cluster_robust"][kind].values())
    assert_allclose(fit.std_errors, [e["se"] for e in expected], rtol=1e-8)
    assert_allclose(fit.df, [e["df_satt"] for e in expected], rtol=1e-8)
    assert_allclose(fit.p_values, [e["p_satt"] for e in expected], rtol=1e-6)
    assert_allclose(fit.coefficients, [e["estimate"] for e in entry["fixed"].values()], rtol=1e-9)


def test_the_order_of_pupils_does_not_matter(crt):
    shuffled = crt.sample(frac=1, random_state=2)

    one, other = (cluster_robust(f.Posttest, design(f), f.School) for f in (crt, shuffled))

    assert_allclose(other.std_errors, one.std_errors, rtol=1e-10)


def test_the_joint_test_of_one_coefficient_is_its_t_test(crt):
    fit = cluster_robust(crt.Posttest, design(crt), crt.School)

    joint = fit.joint_test(np.array([[0.0, 1.0, 0.0]]))

    assert_allclose(joint.f, (fit.coefficients[1] / fit.std_errors[1]) ** 2, rtol=1e-10)
    assert_allclose(joint.df_within, fit.df[1], rtol=1e-10)
    assert_allclose(joint.p_value, fit.p_values[1], rtol=1e-8)


def test_the_joint_test_does_not_depend_on_how_the_combinations_are_written(crt):
    fit = cluster_robust(crt.Posttest, design(crt), crt.School)
    rows = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])

    one, other = fit.joint_test(rows), fit.joint_test(np.array([[2.0, 1.0], [-1.0, 3.0]]) @ rows)

    assert_allclose([other.f, other.df_within], [one.f, one.df_within], rtol=1e-9)


def test_the_joint_test_keeps_its_level_with_twelve_schools():
    """1,500 trials without any effect of two columns of schools: 0.05 with an error of 0.006."""
    rng = np.random.default_rng(6)
    school = np.repeat(np.arange(12), rng.integers(5, 15, 12))
    columns = rng.normal(size=(12, 2))
    x = np.column_stack([np.ones(school.size), columns[school]])
    rows = np.eye(3)[1:]
    found = []
    for _ in range(1_500):
        y = 0.4 * rng.normal(size=12)[school] + rng.normal(size=school.size)
        found.append(cluster_robust(y, x, school).joint_test(rows).p_value)

    assert np.mean(np.array(found) <= 0.05) < 0.05 + 4 * 0.0056


def test_a_coefficient_that_one_school_decides_gets_no_spread_from_it():
    school = np.repeat(np.arange(6), 4)
    y = np.random.default_rng(1).normal(size=24)
    x = np.column_stack([np.ones(24), school == 0])

    fit = cluster_robust(y, x, school)

    assert np.all(np.isfinite(fit.std_errors))


@pytest.mark.parametrize(
    ("x", "school", "kind", "sentence"),
    [
        (np.ones((4, 1)), [1, 1, 2, 2], "CR9", "there is no CR9"),
        (np.ones((4, 1)), [1, 1, 1, 1], "CR2", "by one school"),
        (np.ones((4, 2)), [1, 1, 2, 2], "CR2", "follow from one another"),
    ],
)
def test_what_cannot_be_clustered_is_refused(x, school, kind, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        cluster_robust([1.0, 2.0, 3.0, 5.0], x, school, kind)


def test_a_spread_of_zero_is_no_root_of_less_than_zero(crt):
    x = np.column_stack([np.ones(len(crt)), crt.Intervention])
    fit = cluster_robust(crt.Posttest, x, crt.School)

    rounded = replace(fit, covariance=np.diag([1.0, -1e-34]))

    assert rounded.std_errors.tolist() == [1.0, 0.0]
