"""Detectable effect, power and schools needed, by formula.

Power is that of the t test with its noncentral distribution (Dong & Maynard 2013). ``units`` are
schools, or pupils where these are drawn singly.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import nctdtr, stdtrit

from analysis.errors import AnalysisError
from analysis.planning.designs import PlannedDesign

MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class DetectableEffect:
    """The smallest effect seen with the power asked for, with its interval's ends around it."""

    effect: float  # standard deviations
    low: float
    high: float
    df: int


def detectable_effect(
    design: PlannedDesign,
    units: int,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    two_sided: bool = True,
) -> DetectableEffect:
    """Return the minimum detectable effect size.

    Raises ``AnalysisError`` for fewer units than leave degrees of freedom.
    """
    df = _df(design, units)
    critical = float(stdtrit(df, 1 - alpha / (1 + two_sided)))
    error = float(np.sqrt(design.variance(units)))
    effect = (critical + float(stdtrit(df, power))) * error
    return DetectableEffect(effect, effect - critical * error, effect + critical * error, df)


def power_of(
    design: PlannedDesign, units: int, effect: float, *, alpha: float = 0.05, two_sided: bool = True
) -> float:
    """Return the chance that an effect of this size (standard deviations) is seen.

    Raises ``AnalysisError`` for fewer units than leave degrees of freedom.
    """
    df = _df(design, units)
    critical = float(stdtrit(df, 1 - alpha / (1 + two_sided)))
    shift = abs(effect) / float(np.sqrt(design.variance(units)))
    seen = 1 - float(nctdtr(df, shift, critical))
    return seen + float(nctdtr(df, shift, -critical)) if two_sided else seen


def units_needed(
    design: PlannedDesign,
    effect: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    two_sided: bool = True,
) -> int:
    """Return the smallest number of units whose detectable effect is no larger than ``effect``.

    Raises ``AnalysisError`` for no effect, and for one that a million units do not show.
    """
    if effect <= 0:
        raise AnalysisError("the effect to be seen must be above zero, not {effect}", effect=effect)

    def enough(units: int) -> bool:
        if design.df(units) < 1:
            return False
        found = detectable_effect(design, units, power=power, alpha=alpha, two_sided=two_sided)
        return found.effect <= effect

    high = 4
    while not enough(high):
        high *= 2
        if high > MOST_UNITS:
            raise AnalysisError("no number of schools below a million shows an effect that small")
    low = high // 2 if high > 4 else 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _df(design: PlannedDesign, units: int) -> int:
    df = design.df(units)
    if df < 1:
        raise AnalysisError(
            "{units} units leave no degrees of freedom for this design; plan more", units=units
        )
    return df
