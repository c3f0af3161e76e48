"""From a design to the effect it can detect, the power it has, and the schools it needs."""

import math
from dataclasses import replace

from scipy.special import nctdtr, stdtrit

from analysis.errors import AnalysisError
from analysis.power.designs import PowerDesign, Schools

MOST_SCHOOLS = 100_000


def detectable_effect(design: PowerDesign, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return the smallest effect, in standard deviations, that is found with ``power``.

    Two-sided test at ``alpha``. Raises ``AnalysisError`` when no degree of freedom is left.
    """
    df = _df(design)
    multiplier = float(stdtrit(df, 1 - alpha / 2) + stdtrit(df, power))
    return multiplier * math.sqrt(design.variance)


def power_of(design: PowerDesign, effect: float, *, alpha: float = 0.05) -> float:
    """Return the chance that a true ``effect``, in standard deviations, is found.

    Two-sided test at ``alpha``, by the noncentral t distribution.
    """
    df = _df(design)
    critical = float(stdtrit(df, 1 - alpha / 2))
    noncentrality = abs(effect) / math.sqrt(design.variance)
    return float(1 - nctdtr(df, noncentrality, critical) + nctdtr(df, noncentrality, -critical))


def schools_needed(
    design: Schools, effect: float, *, alpha: float = 0.05, power: float = 0.80
) -> int:
    """Return the least number of schools with which ``design`` detects ``effect``.

    Raises ``AnalysisError`` when 100,000 are not enough.
    """
    low, high = design.covariates + 3, MOST_SCHOOLS

    def enough(schools: int) -> bool:
        asked = replace(design, schools=schools)
        return detectable_effect(asked, alpha=alpha, power=power) <= effect

    if not enough(high):
        raise AnalysisError("no feasible number of schools detects an effect of {e}", e=effect)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _df(design: PowerDesign) -> int:
    if design.df < 1:
        raise AnalysisError("this design leaves no degrees of freedom; add schools")
    return design.df
