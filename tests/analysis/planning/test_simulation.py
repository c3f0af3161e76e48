import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.planning.calibration import METHODS, calibrate
from analysis.planning.designs import Cluster
from analysis.planning.power import power_of
from analysis.planning.simulation import planned_groups, simulated_power


def test_simulated_power_is_the_formulas_where_schools_are_equal():
    """4,500 trials; the share is known to four of its errors."""
    design = Cluster(pupils=20, icc=0.15, r2_school=0.5, r2_pupil=0.4)

    found = simulated_power(design, 40, 0.3, trials=4_500, rng=np.random.default_rng(2))

    expected = power_of(design, 40, 0.3)
    assert_allclose(found.error, np.sqrt(expected * (1 - expected) / 4_500), rtol=0.05)
    assert abs(found.power - expected) < 4 * found.error


def test_unequal_schools_cost_power():
    equal, unequal = (Cluster(pupils=20, icc=0.05, size_cv=cv) for cv in (0.0, 1.2))

    alike, spread = (
        simulated_power(design, 30, 0.3, trials=2_000, rng=np.random.default_rng(3))
        for design in (equal, unequal)
    )

    assert spread.power < alike.power - 2 * alike.error
    assert power_of(unequal, 30, 0.3) < spread.power  # the formula does not weigh schools


def test_planned_schools_have_the_mean_size_and_the_arms_spread_over_sizes():
    groups = planned_groups(40, 25, 0.5, 0.6)

    treated = groups.arms == 1
    assert abs(groups.n_pupils / 40 - 25) < 1
    assert groups.counts[treated].sum() == 20
    means = [np.average(groups.sizes[m], weights=groups.counts[m]) for m in (treated, ~treated)]
    assert abs(means[0] - means[1]) < 6
    fewer = planned_groups(40, 25, 0.25, 0.6)
    assert fewer.counts[fewer.arms == 1].sum() == 10


def test_the_default_keeps_its_level_and_the_naive_tests_do_not():
    """1,000 trials a cell: an error of 0.05 is known to 0.007."""
    rows = list(calibrate(trials=1_000, seed=5, numbers=[10]))

    by_method = {m: [r.type_one_error for r in rows if r.method == m] for m in METHODS}
    assert max(by_method["kenward-roger"]) < 0.05 + 4 * 0.007
    assert max(by_method["normal"]) > 0.08
    assert max(by_method["CR1"]) > 0.08
    default = [row for row in rows if row.method == "kenward-roger"]
    assert min(row.coverage for row in default) > 0.95 - 4 * 0.007


def test_too_few_schools_to_simulate_are_refused():
    with pytest.raises(AnalysisError, match="at least 4 schools"):
        planned_groups(3, 20, 0.5, 0.0)
    with pytest.raises(AnalysisError, match="schools of one pupil"):
        planned_groups(30, 1, 0.5, 0.0)
