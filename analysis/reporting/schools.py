"""Predicted levels of schools: to look at the model, never at a school."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coding.sample import complete_cases
from analysis.engine import two_level
from analysis.engine.moments import reduce_to_schools
from analysis.models import design_terms
from analysis.request import Request


@dataclass(frozen=True, slots=True)
class SchoolLevel:
    """One school's predicted deviation from the model, in the units of the outcome."""

    school: str
    level: float
    std_error: float


def school_levels(frame: Mapping[str, Any], **asked: Any) -> tuple[SchoolLevel, ...]:
    """Return the best linear unbiased predictions of the random intercepts.

    ``asked`` are the fields of ``Request``; the model is that of two levels. Errors are those given
    the coefficients and variances (Robinson 1991, Statistical Science 6, 15-32).
    """
    columns = {str(name): frame[name] for name in frame}
    request = Request(**asked)
    rows = np.arange(1, len(columns[request.outcome]) + 1)
    sample = complete_cases(columns, request, rows=rows)
    terms = design_terms(sample, request)
    used = [*(term.values for term in terms), sample.outcome]
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
