"""Formulas against PowerUpR 1.1.0 (two-sided, alpha 0.05, power 0.80, equal arms)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import stdtrit

from analysis import AnalysisError
from analysis.planning.designs import Cluster, Individual, Multisite, ThreeLevel
from analysis.planning.power import detectable_effect, power_of, units_needed

EXPLAINED = {"r2_pupil": 0.5, "r2_school": 0.5, "covariates": 1}


@pytest.mark.parametrize(
    ("design", "units", "effect", "df"),
    [
        (Cluster(pupils=15, icc=0.17), 20, 0.629006, 18),
        (Cluster(pupils=25, icc=0.15), 100, 0.242767, 98),
        (Cluster(pupils=25, icc=0.15, **EXPLAINED), 100, 0.171680, 97),
        (Cluster(pupils=25, icc=0.10, **EXPLAINED), 60, 0.191920, 57),
        (Cluster(pupils=100, icc=0.2, r2_pupil=0.4, r2_school=0.7, covariates=1), 50, 0.205998, 47),
        (Cluster(pupils=100, icc=0.4, r2_pupil=0.3, r2_school=0.8, covariates=1), 60, 0.213561, 57),
        (Multisite(pupils=30, icc=0.15, heterogeneity=0.1, r2_pupil=0.5), 40, 0.121635, 39),
    ],
)
def test_the_detectable_effect_is_the_published_programs(design, units, effect, df):
    found = detectable_effect(design, units)

    assert_allclose(found.effect, effect, atol=6e-7)
    assert found.df == df
    half = stdtrit(df, 0.975) * np.sqrt(design.variance(units))  # it is just seen, or not, by it
    assert_allclose([found.low, found.high], [effect - half, effect + half], atol=6e-7)


def test_power_is_the_published_programs():
    assert_allclose(
        power_of(Cluster(pupils=25, icc=0.15, **EXPLAINED), 100, 0.20), 0.903905, atol=6e-7
    )


@pytest.mark.parametrize(
    ("design", "effect"),
    [
        (Individual(pupils=1), 0.25),
        (Cluster(pupils=25, icc=0.15), 0.25),
        (Cluster(pupils=50), 1.0),  # four schools
        (Multisite(pupils=20, icc=0.15, heterogeneity=0.3), 0.25),
        (Multisite(pupils=20, fixed=True), 0.25),
        (ThreeLevel(pupils=20, classes=2, icc=0.1, icc_class=0.05), 0.25),
    ],
)
def test_the_schools_needed_are_the_fewest_that_do(design, effect):
    needed = units_needed(design, effect)

    assert detectable_effect(design, needed).effect <= effect
    assert detectable_effect(design, needed - 1).effect > effect


def test_no_fewer_schools_are_enough_than_leave_degrees_of_freedom():
    assert units_needed(Cluster(pupils=1_000), 30.0) == 3


def test_power_at_the_detectable_effect_is_the_power_asked_for():
    """With many schools, where the shifted and the noncentral t distribution coincide."""
    design = Cluster(pupils=25, icc=0.15)

    assert_allclose(
        power_of(design, 2_000, detectable_effect(design, 2_000).effect), 0.8, atol=1e-3
    )


def test_a_class_level_without_variance_is_a_cluster_design_with_larger_schools():
    three = ThreeLevel(pupils=20, classes=2, icc=0.15)

    assert_allclose(three.variance(30), Cluster(pupils=40, icc=0.15).variance(30), rtol=1e-12)


def test_fixed_schools_take_their_own_differences_out_of_the_variance():
    """2,000 trials simulated apart spread by 0.0385; with the ICC left in it would be 0.0408."""
    fixed = Multisite(pupils=30, icc=0.15, r2_pupil=0.5, fixed=True)

    assert_allclose(np.sqrt(fixed.variance(40)), 0.0385, rtol=0.04)
    assert_allclose(fixed.variance(40), Multisite(pupils=30, icc=0.15, r2_pupil=0.5).variance(40))


def test_an_unreliable_outcome_costs_pupils():
    sure, unsure = (Cluster(pupils=25, icc=0.0, reliability=r) for r in (1.0, 0.8))

    assert_allclose(unsure.variance(40), sure.variance(40) / 0.8, rtol=1e-12)


def test_the_levels_of_three_are_counted_with_what_is_explained_of_each():
    """Dong & Maynard (2013), cluster assignment at level 3, written out for 30 schools."""
    design = ThreeLevel(
        pupils=20, classes=2, icc=0.1, icc_class=0.06, r2_school=0.5, r2_class=0.4, r2_pupil=0.3
    )

    by_level = (0.1 * 0.5, 0.06 * 0.6 / 2, 0.84 * 0.7 / (2 * 20))
    assert_allclose(design.variance(30), sum(by_level) / (30 / 4), rtol=1e-12)


@pytest.mark.parametrize(
    ("design", "df"),
    [
        (Individual(pupils=1, covariates=1), 37),
        (Cluster(pupils=30, covariates=1), 37),
        (Multisite(pupils=30, covariates=1), 38),
        (Multisite(pupils=30, covariates=1, fixed=True), 40 * 28 - 1),
        (ThreeLevel(pupils=30, covariates=1), 37),
    ],
)
def test_degrees_of_freedom_are_the_published_ones_less_covariates(design, df):
    assert design.df(40) == df


def test_what_explains_differences_in_effect_leaves_less_of_them():
    plain, explained = (
        Multisite(pupils=30, icc=0.2, heterogeneity=0.5, r2_effect=r2).variance(40)
        for r2 in (0.0, 0.4)
    )

    assert_allclose(plain - explained, 0.2 * 0.5 * 0.4 / 40, rtol=1e-12)


def test_one_side_needs_less():
    design = Cluster(pupils=25, icc=0.15)

    assert power_of(design, 60, 0.2, two_sided=False) > power_of(design, 60, 0.2)
    one = detectable_effect(design, 60, two_sided=False)
    assert one == detectable_effect(design, 60, alpha=0.1)


@pytest.mark.parametrize("two_sided", [True, False])
def test_without_an_effect_the_power_is_the_level(two_sided):
    found = power_of(Cluster(pupils=25, icc=0.15), 60, 0.0, alpha=0.04, two_sided=two_sided)

    assert_allclose(found, 0.04, rtol=1e-6)


def test_unequal_schools_cost_what_their_spread_says():
    """The design effect 1 + ((1 + CV²) m - 1) ICC, over that of equal schools."""
    equal, unequal = (Cluster(pupils=20, icc=0.1, size_cv=cv).variance(30) for cv in (0.0, 0.6))

    assert_allclose(unequal / equal, (1 + (1.36 * 20 - 1) * 0.1) / (1 + 19 * 0.1), rtol=1e-12)


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda: Cluster(pupils=20, icc=1.2), "icc cannot be 1.2"),
        (lambda: Cluster(pupils=20, share=1.0), "share cannot be 1.0"),
        (lambda: ThreeLevel(pupils=20, icc=0.6, icc_class=0.5), "icc and icc_class cannot be"),
        (lambda: Cluster(pupils=0), "pupils and covariates are counts; 0 is none"),
        (lambda: Cluster(pupils=9, covariates=-1), "counts; -1 is none"),
        (lambda: Cluster(pupils=20, icc=1.0), r"icc cannot be 1\.0"),
        (lambda: Cluster(pupils=20, reliability=0.0), r"reliability cannot be 0\.0"),
        (lambda: ThreeLevel(pupils=20, icc_class=-0.1), "icc cannot be"),
        (lambda: ThreeLevel(pupils=20, classes=0), "classes cannot be 0"),
        (lambda: detectable_effect(Cluster(pupils=20), 2), "leave no degrees of freedom"),
        (lambda: units_needed(Cluster(pupils=20), 0.0), "must be above zero"),
        (lambda: units_needed(Cluster(pupils=1, icc=0.9), 1e-5), "no number of schools"),
    ],
)
def test_what_no_trial_can_have_is_refused(attempt, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        attempt()


def test_the_formula_is_the_variance_of_a_difference_of_school_means():
    """4,000 trials drawn from the model; the variance is known to 2.2 %."""
    rng = np.random.default_rng(3)
    design = Cluster(pupils=10, icc=0.2)
    means = rng.normal(scale=np.sqrt(0.2 + 0.8 / 10), size=(4_000, 30))

    spread = (means[:, :15].mean(axis=1) - means[:, 15:].mean(axis=1)).var()

    assert_allclose(spread, design.variance(30), rtol=4 * 0.022)
