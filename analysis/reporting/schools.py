"""Predicted levels of schools: to look at the model, never at a school."""

from dataclasses import dataclass

import numpy as np

from analysis.analysed import Analysis
from analysis.engine import two_level
from analysis.engine.moments import reduce_to_schools


@dataclass(frozen=True, slots=True)
class SchoolLevel:
    """One school's predicted deviation from the model, in the units of the outcome."""

    school: str
    level: float
    std_error: float


def school_levels(analysis: Analysis) -> tuple[SchoolLevel, ...]:
    """Return the best linear unbiased predictions of the random intercepts of two levels.

    Errors are those given the coefficients and variances (Robinson 1991, Statistical Science 6,
    15-32).
    """
    sample, request = analysis.sample, analysis.request
    used = [*(term.column for term in analysis.terms), sample.outcome]
    moments = reduce_to_schools(used, sample.school.codes)
    fit = two_level.solve(moments, reml=request.method == "REML")
    shrink = fit.ratio * moments.sizes / (1 + fit.ratio * moments.sizes)
    left = moments.means @ np.append(-fit.coefficients, 1.0)
    unit = moments.scale[-1]
    levels = unit * shrink * left
    errors = unit * np.sqrt(fit.school * (1 - shrink))
    return tuple(
        SchoolLevel(name, float(level), float(error))
        for name, level, error in zip(sample.school.levels, levels, errors, strict=True)
    )
