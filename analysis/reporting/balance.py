"""Baseline balance as standardised differences, as randomised and as analysed; no tests.

A significance test of balance asks whether the draw was random, which is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.analysed import Analysis
from analysis.coding.columns import Labels, label_column
from analysis.coding.sample import covariate_column
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Side:
    """One arm in one sample: a mean (of a level: a share), its spread and what is missing."""

    mean: float | None
    sd: float | None
    n: int
    missing: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One characteristic, or one level of it, in one arm against control."""

    name: str
    arm: str
    control: str
    sample: str  # "as randomised", "as analysed"
    sides: Mapping[str, Side]  # "arm", "control"
    difference: float | None  # Hedges' g; None where it cannot be had


def baseline_balance(analysis: Analysis, columns: Sequence[str]) -> tuple[Balance, ...]:
    """Return the balance of every column, among all pupils with an arm and among those analysed.

    Text columns are compared level by level. The difference is that of the means over the pooled
    standard deviation, with Hedges' small-sample factor 1 - 3 / (4 (n - 2) - 1). Raises
    ``AnalysisError`` without arms.
    """
    request, control = analysis.request, analysis.sample.control
    if request.arm is None or control is None:
        raise AnalysisError("balance is between arms; name the arm")
    arms = label_column(analysis.columns, request.arm, missing=request.missing)
    samples = {"as randomised": ~arms.missing, "as analysed": analysis.sample.kept}
    found = []
    for column in columns:
        cells = covariate_column(analysis.columns, column, request, analysis.rows)
        parts = _levels(cells) if isinstance(cells, Labels) else {column: cells.values}
        for name, values in parts.items():
            for sample, inside in samples.items():
                found += _all_arms(name, values, arms, control, sample, inside)
    return tuple(found)


def _levels(column: Labels) -> dict[str, Floats]:
    """Return for each level its zeros and ones, NaN where the cell is empty."""
    return {
        f"{column.name}[{level}]": np.where(column.missing, np.nan, column.codes == k)
        for k, level in enumerate(column.levels)
    }


def _all_arms(
    name: str, values: Floats, arms: Labels, control: str, sample: str, inside: Bools
) -> list[Balance]:
    base = inside & (arms.codes == arms.levels.index(control))
    found = []
    for k, level in enumerate(arms.levels):
        if level != control:
            treated = inside & (arms.codes == k)
            sides = {"arm": _side(values[treated]), "control": _side(values[base])}
            found.append(Balance(name, level, control, sample, sides, _difference(sides)))
    return found


def _side(values: Floats) -> Side:
    known = values[~np.isnan(values)]
    return Side(
        mean=float(known.mean()) if known.size else None,
        sd=float(known.std(ddof=1)) if known.size > 1 else None,
        n=int(known.size),
        missing=int(values.size - known.size),
    )


def _difference(sides: Mapping[str, Side]) -> float | None:
    arm, control = sides["arm"], sides["control"]
    if arm.mean is None or control.mean is None or arm.sd is None or control.sd is None:
        return None
    df = arm.n + control.n - 2
    pooled = ((arm.n - 1) * arm.sd**2 + (control.n - 1) * control.sd**2) / df
    if pooled == 0:
        return 0.0 if arm.mean == control.mean else None
    return float((1 - 3 / (4 * df - 1)) * (arm.mean - control.mean) / np.sqrt(pooled))
