"""Detectable effects against the published values of PowerUpR 1.1.0 (methods.md, section 6)."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.power import (
    BlockedIndividual,
    Individual,
    Schools,
    detectable_effect,
    power_of,
    schools_needed,
)

PLAIN = Schools(schools=100, pupils=25, icc=0.15)
WITH_PRETEST = replace(PLAIN, r2_school=0.5, r2_pupil=0.5, covariates=1)


@pytest.mark.parametrize(
    ("design", "published"),
    [
        (Schools(schools=20, pupils=15, icc=0.17), 0.629006),
        (PLAIN, 0.242767),
        (WITH_PRETEST, 0.171680),
        (
            Schools(schools=60, pupils=25, icc=0.10, r2_school=0.5, r2_pupil=0.5, covariates=1),
            0.191920,
        ),
        (
            Schools(schools=50, pupils=100, icc=0.20, r2_school=0.7, r2_pupil=0.4, covariates=1),
            0.205998,
        ),
        (
            Schools(schools=60, pupils=100, icc=0.40, r2_school=0.8, r2_pupil=0.3, covariates=1),
            0.213561,
        ),
        (
            BlockedIndividual(schools=40, pupils=30, icc=0.15, heterogeneity=0.1, r2_pupil=0.5),
            0.121635,
        ),
    ],
)
def test_detectable_effects_are_the_published_ones(design: Schools, published: float) -> None:
    assert detectable_effect(design) == pytest.approx(published, abs=1e-6)


def test_power_is_the_published_one() -> None:
    assert power_of(WITH_PRETEST, 0.2) == pytest.approx(0.903905, abs=1e-6)


def test_power_at_the_detectable_effect_is_close_to_what_was_asked() -> None:
    """The multiplier takes a central t for a noncentral one; with 98 df they part by < 0.002."""
    assert power_of(PLAIN, detectable_effect(PLAIN)) == pytest.approx(0.80, abs=0.002)


def test_power_agrees_with_trials_drawn_at_random() -> None:
    """A t test on 20,000 simulated trials of 30 pupils: standard error 0.0034."""
    rng = np.random.default_rng(20270104)
    treated = rng.normal(0.8, 1, size=(20_000, 15))
    control = rng.normal(0.0, 1, size=(20_000, 15))
    pooled = np.sqrt((treated.var(axis=1, ddof=1) + control.var(axis=1, ddof=1)) / 15)
    t = (treated.mean(axis=1) - control.mean(axis=1)) / pooled
    found = np.mean(np.abs(t) > 2.0484071)  # 0.975 quantile of t with 28 df, from tables

    assert power_of(Individual(pupils=30), 0.8) == pytest.approx(found, abs=4 * 0.0034)


def test_the_schools_needed_are_the_least_that_do() -> None:
    needed = schools_needed(WITH_PRETEST, 0.20)

    assert detectable_effect(replace(WITH_PRETEST, schools=needed)) <= 0.20
    assert detectable_effect(replace(WITH_PRETEST, schools=needed - 1)) > 0.20


def test_a_design_without_degrees_of_freedom_is_refused() -> None:
    with pytest.raises(AnalysisError, match="add schools"):
        detectable_effect(Schools(schools=3, pupils=25, icc=0.1, covariates=2))
