import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.missing.imputation import Incomplete, imputed


def pupils(seed, schools=30, lost=0.3, tau=0.8):
    """Two scores that go together and differ between schools; the second lost by the first."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), 15)
    first = rng.normal(size=school.size)
    second = 0.7 * first + tau * rng.normal(size=schools)[school] + rng.normal(size=school.size)
    gap = rng.random(school.size) < lost * 2 * (first > 0)
    return school, first, second, gap


def test_what_is_known_stays_and_what_is_missing_differs_between_data_sets():
    school, first, second, gap = pupils(1)
    data = Incomplete({"y": np.where(gap, np.nan, second), "x": first}, [np.ones(450)], school)

    one, two = imputed(data, imputations=2, rng=np.random.default_rng(2))

    assert np.array_equal(one["y"][~gap], second[~gap])
    assert np.array_equal(one["x"], first)
    assert not np.allclose(one["y"][gap], two["y"][gap])


def test_imputation_undoes_a_loss_that_depends_on_what_is_known():
    """Over 40 samples the mean comes back without the bias of complete cases, about 0.2."""
    bias = {"complete": [], "imputed": []}
    for seed in range(40):
        school, first, second, gap = pupils(seed)
        data = Incomplete({"y": np.where(gap, np.nan, second), "x": first}, [np.ones(450)], school)
        sets = imputed(data, imputations=4, rng=np.random.default_rng(seed))
        bias["imputed"].append(np.mean([s["y"].mean() for s in sets]) - second.mean())
        bias["complete"].append(second[~gap].mean() - second.mean())

    error = np.std(bias["imputed"]) / np.sqrt(40)
    assert abs(np.mean(bias["imputed"])) < 4 * error
    assert np.mean(bias["complete"]) < -0.1


def test_imputed_values_keep_the_schools_apart():
    """A whole school without values is drawn from the spread of schools, others from their own."""
    school, first, second, _ = pupils(3, tau=3.0)
    gap = (school == 0) | (np.arange(450) % 5 == 0)
    data = Incomplete({"y": np.where(gap, np.nan, second), "x": first}, [np.ones(450)], school)
    residual = []

    for filled in imputed(data, imputations=60, rng=np.random.default_rng(4)):
        left = filled["y"] - 0.7 * first
        residual.append([left[gap & (school == k)].mean() for k in (0, 1, 2)])

    spread = np.std(residual, axis=0)
    assert 1.5 < spread[0] < 6.0  # 3 between schools
    assert max(spread[1:]) < 1.0
    truth = [(second - 0.7 * first)[school == k].mean() for k in (1, 2)]
    assert_allclose(np.mean(residual, axis=0)[1:], truth, atol=0.6)


def test_a_column_with_hardly_a_value_is_refused_by_name():
    y = np.full(20, np.nan)
    y[:2] = 1.0, 2.0
    data = Incomplete({"y": y, "x": np.arange(20.0)}, [np.ones(20)], np.arange(20) % 4)

    with pytest.raises(AnalysisError, match="column y has too few values"):
        list(imputed(data, imputations=1, rng=np.random.default_rng(1)))
