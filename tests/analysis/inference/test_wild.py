import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.inference.cluster_robust import cluster_robust
from analysis.inference.wild import _Sums, _weights, wild_cluster_bootstrap


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


def trial(seed=3, schools=9):
    """Unequal schools in no order, half of them treated, a pre-test."""
    rng = np.random.default_rng(seed)
    school = rng.permutation(np.repeat(np.arange(schools), rng.integers(2, 8, schools)))
    x = np.column_stack([np.ones(school.size), school % 2, rng.normal(size=school.size)])
    return x @ [1.0, 0.4, 0.5] + rng.normal(size=school.size), x, school


@pytest.mark.parametrize("effect", [0.4, 0.7])
def test_replicates_are_least_squares_on_the_redrawn_outcome(effect):
    """Thirty weight vectors, each outcome rebuilt pupil by pupil with the effect imposed."""
    y, x, school = trial()
    weights = np.random.default_rng(3).choice([-1.0, 1.0], size=(30, 9))
    weights[0] = 1.0  # the trial itself, which is not less extreme than it is

    p_value = _Sums.of(y, x, school, 1).p_value(effect, weights)

    held, others = effect * x[:, 1], x[:, [0, 2]]
    fitted = held + others @ np.linalg.lstsq(others, y - held, rcond=None)[0]
    outcomes = [y, *(fitted + row[school] * (y - fitted) for row in weights)]
    fits = [cluster_robust(outcome, x, school, "CR1S") for outcome in outcomes]
    observed, *t = [abs(f.coefficients[1] - effect) / f.std_errors[1] for f in fits]
    as_far = int(np.sum(np.array(t) >= observed * (1 - 1e-9)))
    assert 3 < as_far < 28
    assert p_value == (1 + as_far) / 31


def test_the_interval_holds_the_effects_the_test_does_not_reject():
    """Taking an effect out of the treated pupils and testing zero is testing that effect."""
    y, x, school = trial(schools=14)

    def tested(effect, **options):
        rng = np.random.default_rng(5)
        return wild_cluster_bootstrap(
            y - effect * x[:, 1], x, school, 1, n_draws=399, rng=rng, level=0.9, **options
        )

    found = tested(0.0)

    for edge, outwards in ((found.low, -1), (found.high, 1)):
        inside, outside = (
            tested(edge + outwards * step, interval=False).p_value for step in (-0.01, 0.01)
        )
        assert inside > 0.1 >= outside


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


def test_where_nothing_can_be_rejected_the_interval_has_no_ends():
    """Of nine draws no p-value is below 0.1."""
    y, x, school = trial()

    found = wild_cluster_bootstrap(y, x, school, 1, n_draws=9, rng=np.random.default_rng(1))

    assert (found.low, found.high) == (None, None)


def test_few_schools_get_six_point_weights():
    school = np.repeat(np.arange(6), 5)
    y = np.random.default_rng(2).normal(size=30)
    x = np.column_stack([np.ones(30), school < 3])

    found = wild_cluster_bootstrap(y, x, school, 1, n_draws=99, rng=np.random.default_rng(1))

    assert found.weights == "six-point"
    assert [_weights(n, 1, np.random.default_rng(1))[1] for n in (11, 12)] == [
        "six-point",
        "two-point",
    ]
    drawn = _weights(11, 200, np.random.default_rng(1))[0]
    points = np.sqrt([0.5, 1.0, 1.5])
    assert_allclose(np.unique(drawn), [*-points[::-1], *points])
    with pytest.raises(AnalysisError, match="at least three schools"):
        wild_cluster_bootstrap(y, x, school < 3, 1, n_draws=9, rng=np.random.default_rng(1))
