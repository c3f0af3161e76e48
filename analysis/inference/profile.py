"""Profile likelihood intervals: the effects that the likelihood does not rule out."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from analysis.engine import two_level
from analysis.engine.arrays import Floats
from analysis.engine.moments import SchoolMoments
from analysis.engine.subset import combined
from analysis.parts import Interval

POINTS = 61  # of a drawn profile
HALVINGS = 60
PRECISION = 1e-10  # of an end, in standard errors


class ProfileDeviance:
    """Minus twice the maximised log-likelihood as a function of one coefficient.

    ``moments`` are those of ``[X y]`` of a random-intercept model; effects are in the units of the
    outcome. By maximum likelihood: restricted likelihoods of other effects cannot be compared.
    """

    def __init__(self, moments: SchoolMoments, column: int) -> None:
        self.moments, self.column = moments, column
        self.unit = float(moments.scale[column] / moments.scale[-1])
        full = two_level.solve(moments, reml=False)
        self.least = full.deviance
        self.centre = float(full.coefficients[column]) / self.unit

    def __call__(self, effect: float) -> float:
        q = self.moments.scale.size
        others = [k for k in range(q - 1) if k != self.column]
        mapping = np.zeros((q, q - 1))
        mapping[others, np.arange(q - 2)] = 1.0
        mapping[-1, -1], mapping[self.column, -1] = 1.0, -effect * self.unit
        held = combined(self.moments, mapping, [*others, q - 1])
        return two_level.solve(held, reml=False).deviance


@dataclass(frozen=True, slots=True, eq=False)
class ProfileCurve:
    """How much deviance above the least each effect costs; ``interval`` is where it is allowed."""

    effects: Floats  # units of the outcome, (POINTS,)
    costs: Floats
    centre: float
    allowed: float
    interval: Interval
    level: float


def profile_curve(profile: ProfileDeviance, *, std_error: float, level: float) -> ProfileCurve:
    """Return the profile over its interval and a good part of the width to either side."""
    interval = profile_interval(profile, std_error=std_error, level=level)
    centre, width = (interval.low + interval.high) / 2, interval.high - interval.low
    effects = np.linspace(centre - 0.8 * width, centre + 0.8 * width, POINTS)
    costs = np.array([profile(effect) - profile.least for effect in effects])
    allowed = float(ndtri(0.5 + level / 2)) ** 2
    return ProfileCurve(effects, costs, profile.centre, allowed, interval, level)


def profile_interval(profile: ProfileDeviance, *, std_error: float, level: float) -> Interval:
    """Return the effects that cost no more deviance than the square of the normal quantile."""
    allowed = profile.least + float(ndtri(0.5 + level / 2)) ** 2

    def end(side: float) -> float:
        inside, outside = 0.0, 3.0
        while profile(profile.centre + side * outside * std_error) < allowed:
            inside, outside = outside, 2 * outside
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            lies_inside = profile(profile.centre + side * middle * std_error) < allowed
            inside, outside = (middle, outside) if lies_inside else (inside, middle)
            if outside - inside < PRECISION:
                break
        return float(profile.centre + side * (inside + outside) / 2 * std_error)

    return Interval(end(-1.0), end(1.0))
