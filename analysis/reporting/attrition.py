"""Who was lost after the draw, at both levels, and what that could have done to the effect."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.analysed import Analysis
from analysis.coding.columns import Labels, label_column
from analysis.coding.sample import school_column
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError

# What Works Clearinghouse, Standards Handbook 4.0, table II.1: differential attrition (percentage
# points) that is tolerable at an overall attrition (per cent), under two assumptions.
OVERALL = np.array([0, 5, 10, 15, 20, 25, 30, 40, 50], dtype=float)
CAUTIOUS = np.array([5.7, 6.1, 6.3, 5.9, 5.4, 4.8, 4.1, 2.6, 1.0])
OPTIMISTIC = np.array([10, 10.5, 10.9, 10.8, 10.2, 9.4, 8.4, 6.3, 3.9])
BOUNDARY_TABLE = "wwc-4.0"
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lost:
    """How many were drawn and how many analysed, of one arm."""

    drawn: int
    analysed: int
    share: float | None  # lost; None where none were drawn


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """The effect on pupils who would have been tested in either arm, at its worst and its best.

    Of unadjusted means, in the units of the outcome. Lee (2009), Review of Economic Studies 76,
    1071-1102; assumes that being drawn makes everyone more, or everyone less, likely to be tested.
    """

    trimmed: str  # the arm that more pupils stayed in
    share: float  # of that arm's outcomes left out at one end, one of them in part
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Attrition:
    """Attrition of one arm and control, from the draw to the analysis, at both levels."""

    arm: str
    control: str
    pupils: Mapping[str, Lost]  # "arm", "control"
    schools: Mapping[str, Lost]
    overall: float  # share of pupils
    differential: float  # difference of the shares, arm less control
    cautious: bool  # tolerable under cautious assumptions
    optimistic: bool
    table: str
    lee: LeeBounds


def attrition(analysis: Analysis) -> tuple[Attrition, ...]:
    """Return attrition of each arm; the file is taken to hold every pupil drawn.

    A school is lost of which no pupil is analysed. Raises ``AnalysisError`` without arms.
    """
    request, sample = analysis.request, analysis.sample
    if request.arm is None or sample.control is None:
        raise AnalysisError("attrition is between arms; name the arm")
    arms = label_column(analysis.columns, request.arm, missing=request.missing)
    schools = school_column(analysis.columns, request)
    outcome = np.full(arms.codes.size, np.nan)
    outcome[sample.kept] = sample.outcome
    control = arms.codes == arms.levels.index(sample.control)
    return tuple(
        _one_arm(arms.codes == k, control, schools, outcome, level, sample.control)
        for k, level in enumerate(arms.levels)
        if level != sample.control
    )


def _one_arm(
    treated: Bools, control: Bools, schools: Labels, outcome: Floats, arm: str, base: str
) -> Attrition:
    known = ~np.isnan(outcome)
    sides = {"arm": treated, "control": control}

    def schools_of(pupils: Bools) -> int:
        return int(np.unique(schools.codes[pupils & ~schools.missing]).size)

    pupils = {side: _lost(int(m.sum()), int(np.sum(m & known))) for side, m in sides.items()}
    both = treated | control
    overall = 1 - float(known[both].mean())
    differential = float(known[control].mean() - known[treated].mean())
    return Attrition(
        arm,
        base,
        pupils,
        {side: _lost(schools_of(m), schools_of(m & known)) for side, m in sides.items()},
        overall,
        differential,
        _tolerable(overall, differential, CAUTIOUS),
        _tolerable(overall, differential, OPTIMISTIC),
        BOUNDARY_TABLE,
        lee_bounds(outcome[treated], outcome[control], arm, base),
    )


def _lost(drawn: int, analysed: int) -> Lost:
    return Lost(drawn, analysed, 1 - analysed / drawn if drawn else None)


def _tolerable(overall: float, differential: float, boundary: Floats) -> bool:
    """Say whether the point lies under the boundary; beyond the table nothing does."""
    if overall * 100 > OVERALL[-1]:
        return False
    allowed = float(np.interp(overall * 100, OVERALL, boundary))
    return abs(differential) * 100 <= allowed + 1e-9


def lee_bounds(treated: Floats, base: Floats, level: str, control: str) -> LeeBounds:
    """Return the bounds from trimming the arm that kept more; NaN are those who were lost."""
    kept = [np.sort(side[~np.isnan(side)]) for side in (treated, base)]  # both arms are analysed
    more_in_arm = kept[0].size * base.size > kept[1].size * treated.size
    longer, its_drawn = (kept[0], treated.size) if more_in_arm else (kept[1], base.size)
    shorter, other_drawn = (kept[1], base.size) if more_in_arm else (kept[0], treated.size)
    left = shorter.size * its_drawn / other_drawn  # pupils, a fraction of one included
    share = 1 - left / longer.size
    lowest, highest = _mean_of_first(longer, left), _mean_of_first(longer[::-1], left)
    if more_in_arm:
        low, high = lowest - kept[1].mean(), highest - kept[1].mean()
    else:
        low, high = kept[0].mean() - highest, kept[0].mean() - lowest
    return LeeBounds(level if more_in_arm else control, share, float(low), float(high))


def _mean_of_first(outcomes: Floats, count: float) -> float:
    """Return the mean of the first ``count`` outcomes, the last of them in part."""
    weights = np.clip(count - np.arange(outcomes.size), 0, 1)
    return float(weights @ outcomes / weights.sum())
