import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.inference.cluster_robust import cluster_robust
from analysis.inference.wild import wild_cluster_bootstrap


def design(frame):
    return np.column_stack([np.ones(len(frame)), frame.Intervention, frame.Prettest])


def test_the_statistic_is_the_clustered_t_of_least_squares(crt):
    found = wild_cluster_bootstrap(
        crt.Posttest, design(crt), crt.School, 1, n_draws=199, rng=np.random.default_rng(1)
    )

    fit = cluster_robust(crt.Posttest, design(crt), crt.School, "CR1S")
    assert_allclose(found.estimate, fit.coefficients[1], rtol=1e-10)
    assert_allclose(found.std_error, fit.std_errors[1], rtol=1e-10)
    assert found.low < found.estimate < found.high
    assert found.weights == "two-point"


def test_a_replicate_is_least_squares_on_the_redrawn_outcome():
    """One weight vector, the outcome rebuilt pupil by pupil."""
    from analysis.inference.wild import _Sums

    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(9), rng.integers(2, 8, 9))
    x = np.column_stack([np.ones(school.size), school % 2, rng.normal(size=school.size)])
    y = x @ [1.0, 0.4, 0.5] + rng.normal(size=school.size)
    weights = rng.choice([-1.0, 1.0], size=(1, 9))
    sums = _Sums.of(y, x, school, 1)

    p_value = sums.p_value(0.0, weights)

    restricted = np.linalg.lstsq(x[:, [0, 2]], y, rcond=None)[0]
    fitted = x[:, [0, 2]] @ restricted
    redrawn = cluster_robust(fitted + weights[0][school] * (y - fitted), x, school, "CR1S")
    observed = cluster_robust(y, x, school, "CR1S")
    t = [abs(f.coefficients[1] / f.std_errors[1]) for f in (redrawn, observed)]
    assert p_value == (1 + (t[0] >= t[1])) / 2


def test_it_keeps_its_level_with_ten_schools():
    """400 trials without effect, 199 draws each: 0.05 with an error of 0.011."""
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(10), rng.integers(5, 20, 10))
    x = np.column_stack([np.ones(school.size), school < 5])
    found = []
    for _ in range(400):
        y = 0.5 * rng.normal(size=10)[school] + rng.normal(size=school.size)
        found.append(
            wild_cluster_bootstrap(y, x, school, 1, n_draws=199, rng=rng, interval=False).p_value
        )

    assert np.mean(np.array(found) <= 0.05) < 0.05 + 4 * 0.011


def test_few_schools_get_six_point_weights():
    school = np.repeat(np.arange(6), 5)
    y = np.random.default_rng(2).normal(size=30)
    x = np.column_stack([np.ones(30), school < 3])

    found = wild_cluster_bootstrap(y, x, school, 1, n_draws=99, rng=np.random.default_rng(1))

    assert found.weights == "six-point"
    with pytest.raises(AnalysisError, match="at least three schools"):
        wild_cluster_bootstrap(y, x, school < 3, 1, n_draws=9, rng=np.random.default_rng(1))
