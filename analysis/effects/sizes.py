"""Effect sizes for schools of unequal size.

Hedges (2007), Effect sizes in cluster-randomized designs, Journal of Educational and Behavioral
Statistics 32, 341-370. The headline divides the model's interval by one standard deviation.
"""

from dataclasses import dataclass

import numpy as np

from analysis.distributions import normal_quantile
from analysis.engine.arrays import Floats


@dataclass(frozen=True, slots=True)
class EffectSize:
    """One effect size, in standard deviations; the interval is None where it cannot be had."""

    name: str
    value: float
    low: float | None
    high: float | None
    interval: str  # "scaled", "hedges"


@dataclass(frozen=True, slots=True, eq=False)
class ArmSizes:
    """Pupils per school of one arm, schools without a pupil in it left out; shape (m,)."""

    pupils: Floats

    @property
    def n(self) -> float:
        return float(self.pupils.sum())

    @property
    def m(self) -> int:
        return self.pupils.size

    @property
    def squares(self) -> float:
        return float(np.sum(self.pupils**2))


def scaled_size(name: str, estimate: float, low: float, high: float, s: float) -> EffectSize:
    """Return an estimate and its interval, each divided by the standard deviation ``s``."""
    return EffectSize(name, estimate / s, low / s, high / s, "scaled")


def hedges_within(
    name: str,
    estimate: float,
    pupil: float,
    icc: float,
    arms: tuple[ArmSizes, ArmSizes],
    level: float,
) -> EffectSize:
    """Return the effect in standard deviations of pupils within schools.

    Without an interval where every school has one pupil in an arm.
    """
    t, c = arms
    g = estimate / np.sqrt(pupil)
    left = t.n + c.n - t.m - c.m
    if left <= 0:
        return EffectSize(name, float(g), None, None, "hedges")
    inflation = (1 + (_effective_size(t, c) - 1) * icc) / (1 - icc)
    variance = (t.n + c.n) / (t.n * c.n) * inflation + g**2 / (2 * left)
    return _with_interval(name, g, variance, level)


def hedges_total(
    name: str,
    estimate: float,
    total: float,
    icc: float,
    arms: tuple[ArmSizes, ArmSizes],
    level: float,
) -> EffectSize:
    """Return the effect in standard deviations of all pupils; one school an arm: no interval."""
    t, c = arms
    if t.m < 2 or c.m < 2:
        return EffectSize(name, float(estimate / np.sqrt(total)), None, None, "hedges")
    n = t.n + c.n
    u_t, u_c = ((a.n**2 - a.squares) / (a.n * (a.m - 1)) for a in arms)
    shrink = ((n - u_t * t.m - u_c * c.m) + u_t + u_c - 2) / (n - 2)
    g = estimate / np.sqrt(total) * np.sqrt(1 - icc * shrink)
    a = sum(_spread(arm) for arm in arms)
    b = u_t * (t.m - 1) + u_c * (c.m - 1)
    top = (n - 2) * (1 - icc) ** 2 + a * icc**2 + 2 * b * icc * (1 - icc)
    variance = n / (t.n * c.n) * (1 + (_effective_size(t, c) - 1) * icc)
    variance += g**2 * top / (2 * (n - 2) * ((n - 2) - icc * (n - 2 - b)))
    return _with_interval(name, g, variance, level)


def _effective_size(t: ArmSizes, c: ArmSizes) -> float:
    n = t.n + c.n
    return c.n * t.squares / (t.n * n) + t.n * c.squares / (c.n * n)


def _spread(arm: ArmSizes) -> float:
    cubes = float(np.sum(arm.pupils**3))
    return (arm.n**2 * arm.squares + arm.squares**2 - 2 * arm.n * cubes) / arm.n**2


def _with_interval(name: str, g: float, variance: float, level: float) -> EffectSize:
    half = normal_quantile(level) * float(np.sqrt(variance))
    return EffectSize(name, float(g), float(g - half), float(g + half), "hedges")


def multisite_size(
    name: str,
    estimate: float,
    scale_variance: float,
    pupil: float,
    slope: float,
    arms: tuple[Floats, Floats],
    level: float,
) -> EffectSize:
    """Return the effect in a trial with both arms inside schools, divided by ``scale_variance``.

    ``arms`` holds the pupils per school of each arm, school by school, zeros included; ``slope`` is
    the variance of the effect between schools.
    """
    t, c = arms
    both = (t > 0) & (c > 0)
    harmonic = t[both] * c[both] / (t[both] + c[both])
    precision = np.sum(scale_variance / (slope + pupil / harmonic))
    g = estimate / np.sqrt(scale_variance)
    left = 2 * (t.sum() + c.sum()) - 4 * np.sum((t > 0) | (c > 0))
    if left <= 0 or not both.any():
        return EffectSize(name, float(g), None, None, "hedges")
    return _with_interval(name, g, 1 / precision + g**2 / left, level)


def hedges_individual(
    name: str, estimate: float, variance: float, pupils: tuple[int, int], level: float
) -> EffectSize:
    """Return the effect were pupils drawn one by one, with Hedges' correction for few of them.

    ``pupils`` counts each arm. Hedges & Olkin (1985), Statistical Methods for Meta-Analysis, ch. 5.
    """
    t, c = pupils
    correction = 1 - 3 / (4 * (t + c - 2) - 1)
    d = estimate / np.sqrt(variance)
    spread = (t + c) / (t * c) + d**2 / (2 * (t + c))
    return _with_interval(name, correction * d, correction**2 * spread, level)
