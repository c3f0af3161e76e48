"""Who was lost after the draw, at both levels, and what that could have done to the effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coding.columns import Labels, Numbers, label_column, number_column
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError

# What Works Clearinghouse, Standards Handbook 4.0, table II.1: differential attrition (percentage
# points) that is tolerable at an overall attrition (per cent), under two assumptions.
OVERALL = np.array([0, 5, 10, 15, 20, 25, 30, 40, 50], dtype=float)
CAUTIOUS = np.array([5.7, 6.1, 6.3, 5.9, 5.4, 4.8, 4.1, 2.6, 1.0])
OPTIMISTIC = np.array([10, 10.5, 10.9, 10.8, 10.2, 9.4, 8.4, 6.3, 3.9])
BOUNDARY_TABLE = "wwc-4.0"


@dataclass(frozen=True, slots=True)
class Lost:
    """How many were drawn and how many analysed, of one arm."""

    drawn: int
    analysed: int

    @property
    def share(self) -> float:
        return 1 - self.analysed / self.drawn


@dataclass(frozen=True, slots=True)
class Attrition:
    """Attrition of one arm and control, pupils and schools."""

    arm: str
    control: str
    pupils: Mapping[str, Lost]  # "arm", "control"
    schools: Mapping[str, Lost]
    overall: float  # share of pupils
    differential: float  # difference of the shares, arm less control
    cautious: bool  # tolerable under cautious assumptions
    optimistic: bool
    table: str


def attrition(
    frame: Mapping[str, Any],
    *,
    arm: str,
    control: str,
    school: str,
    outcome: str,
    missing: Sequence[str] = (),
) -> tuple[Attrition, ...]:
    """Return attrition of each arm; ``frame`` holds every pupil drawn, with or without outcome.

    A pupil is analysed who has an outcome, a school with one such pupil.
    """
    arms = label_column(frame, arm, missing=missing)
    schools = label_column(frame, school)
    known = ~_outcome(frame, outcome, missing).missing
    if control not in arms.levels:
        raise AnalysisError(
            "{column} has no arm {control}; its arms are {levels}",
            column=arm,
            control=control,
            levels=", ".join(arms.levels),
        )

    def lost(k: int) -> tuple[Lost, Lost]:
        drawn = arms.codes == k
        pupils = Lost(int(drawn.sum()), int(np.sum(drawn & known)))
        left = np.unique(schools.codes[drawn & known]).size
        return pupils, Lost(int(np.unique(schools.codes[drawn]).size), int(left))

    base = lost(arms.levels.index(control))
    found = []
    for k, level in enumerate(arms.levels):
        if level == control:
            continue
        mine = lost(k)
        overall = 1 - (mine[0].analysed + base[0].analysed) / (mine[0].drawn + base[0].drawn)
        differential = mine[0].share - base[0].share
        found.append(
            Attrition(
                level,
                control,
                {"arm": mine[0], "control": base[0]},
                {"arm": mine[1], "control": base[1]},
                overall,
                differential,
                _tolerable(overall, differential, CAUTIOUS),
                _tolerable(overall, differential, OPTIMISTIC),
                BOUNDARY_TABLE,
            )
        )
    return tuple(found)


def _tolerable(overall: float, differential: float, boundary: Floats) -> bool:
    """Say whether the point lies under the boundary; beyond the table nothing does."""
    if overall * 100 > OVERALL[-1]:
        return False
    allowed = float(np.interp(overall * 100, OVERALL, boundary))
    return abs(differential) * 100 <= allowed + 1e-9


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """The effect on pupils who would have been tested in either arm, at its worst and its best."""

    arm: str
    control: str
    trimmed: str  # the arm that more pupils stayed in
    share: float  # of that arm's outcomes left out at one end
    low: float  # units of the outcome
    high: float


def lee_bounds(
    frame: Mapping[str, Any],
    *,
    arm: str,
    control: str,
    outcome: str,
    missing: Sequence[str] = (),
) -> tuple[LeeBounds, ...]:
    """Return bounds on each arm's effect on the mean, from trimming the arm that kept more.

    Lee (2009), Review of Economic Studies 76, 1071-1102; assumes that being drawn makes everyone
    more, or everyone less, likely to be tested.
    """
    arms = label_column(frame, arm, missing=missing)
    values = _outcome(frame, outcome, missing).values
    base = values[arms.codes == arms.levels.index(control)]
    return tuple(
        _bounds(values[arms.codes == k], base, level, control)
        for k, level in enumerate(arms.levels)
        if level != control
    )


def _outcome(frame: Mapping[str, Any], name: str, missing: Sequence[str]) -> Numbers:
    rows = np.arange(1, len(frame[name]) + 1) if name in frame else np.arange(0)
    column = number_column(frame, name, missing=missing, rows=rows)
    if isinstance(column, Labels):
        raise AnalysisError("outcome {column} holds text, not numbers", column=name)
    return column


def _bounds(treated: Floats, base: Floats, level: str, control: str) -> LeeBounds:
    stayed = [np.mean(~np.isnan(side)) for side in (treated, base)]
    if min(stayed) == 0:
        raise AnalysisError("arm {arm} or its control has no outcome at all", arm=level)
    more_in_arm = stayed[0] > stayed[1]
    share = float(1 - min(stayed) / max(stayed))
    kept = [np.sort(side[~np.isnan(side)]) for side in (treated, base)]
    longer = kept[0] if more_in_arm else kept[1]
    cut = int(share * longer.size)
    lowest, highest = longer[: longer.size - cut].mean(), longer[cut:].mean()
    if more_in_arm:
        low, high = lowest - kept[1].mean(), highest - kept[1].mean()
    else:
        low, high = kept[0].mean() - highest, kept[0].mean() - lowest
    return LeeBounds(
        level, control, level if more_in_arm else control, share, float(low), float(high)
    )
