"""Several tests for one construct: scores made comparable within test, grade and moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coding.columns import Labels, label_column, number_column
from analysis.coding.terms import crossed
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError


@dataclass(frozen=True, slots=True)
class Norm:
    """Published mean and deviation of one test in one grade at one moment."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Scores in standard deviations, and by what each group of pupils was standardised."""

    scores: Floats  # (n,), NaN where the raw score is missing
    by: dict[str, str]  # group of test/grade/moment: "norm" or "sample"


def standardised(
    frame: Mapping[str, Any],
    *,
    score: str,
    groups: Sequence[str],
    norms: Mapping[str, Norm] | None = None,
    missing: Sequence[str] = (),
) -> Standardised:
    """Return scores standardised within the combinations of ``groups`` (test, grade, moment).

    ``norms`` is by combination, e.g. ``"Cito/8/M"``; a combination without one is standardised by
    its own pupils. Raises ``AnalysisError`` for a score without a group, and for a group too small
    or without spread to be standardised by itself.
    """
    rows = np.arange(1, len(frame[score]) + 1) if score in frame else np.arange(0)
    column = number_column(frame, score, missing=missing, rows=rows)
    if isinstance(column, Labels):
        raise AnalysisError("score {column} holds text, not numbers", column=score)
    labels = [label_column(frame, name, missing=missing) for name in groups]
    for label in labels:
        lost = np.flatnonzero(label.missing & ~column.missing)
        if lost.size:
            raise AnalysisError(
                "row {row} has a score but no {column}; scores of different tests cannot be mixed",
                row=int(rows[lost[0]]),
                column=label.name,
            )
    known = ~column.missing
    group = crossed([label.take(known) for label in labels])
    scores, by = np.full(column.values.size, np.nan), {}
    inside = column.values[known]
    for k, name in enumerate(group.levels):
        mine = group.codes == k
        norm = (norms or {}).get(name)
        by[name] = "norm" if norm else "sample"
        norm = norm or _own_norm(name, inside[mine])
        inside[mine] = (inside[mine] - norm.mean) / norm.sd
    scores[known] = inside
    return Standardised(scores, by)


def _own_norm(name: str, values: Floats) -> Norm:
    sd = float(values.std(ddof=1)) if values.size > 1 else 0.0
    if sd == 0:
        raise AnalysisError(
            "{group} has too few different scores to be standardised by itself; give its norm",
            group=name,
        )
    return Norm(float(values.mean()), sd)
