"""Several tests for one construct: scores made comparable within test, grade and moment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.analysed import Analysis
from analysis.coding.columns import Labels, label_column, number_column
from analysis.coding.terms import crossed
from analysis.engine.arrays import Floats, Ints
from analysis.errors import AnalysisError
from analysis.request import Request

TELLING = ("instrument", "test", "toets")  # columns that say of what test a score is


@dataclass(frozen=True, slots=True)
class Norm:
    """Mean and deviation of one test in one grade at one moment, and where they are from."""

    group: str  # e.g. "Cito/8/M"
    by: str  # "norm" (published), "sample" (the pupils of this file)
    mean: float
    sd: float
    pupils: int


@dataclass(frozen=True, slots=True)
class WithoutOrOnly:
    """The effect among pupils of one test, or without them."""

    instrument: str
    pupils: str  # "only", "without"
    arm: str
    effect_size: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n_pupils: int
    refused: str | None  # why there is no estimate


@dataclass(frozen=True, slots=True)
class Instruments:
    """How one column of scores was made comparable, and whether the effect hangs on one test."""

    score: str
    columns: tuple[str, ...]
    norms: tuple[Norm, ...]
    sensitivity: tuple[WithoutOrOnly, ...] = ()


def refuse_mixed(
    columns: Mapping[str, Any], request: Request, rows: Ints, named: Collection[str]
) -> None:
    """Refuse raw scores of different tests in one outcome, where a column says they are.

    Such a column is called instrument, test or toets, alone or after the outcome's name and an
    underscore. One with a role in the analysis, or whose score is in ``named``, is dealt with.
    """
    score = request.outcome
    used = {*request.covariates, *request.strata, *request.subgroups, request.arm, request.school}
    if score in named or score not in columns:
        return
    for telling in (*TELLING, *(f"{score}_{name}" for name in TELLING)):
        if telling not in columns or telling in used or telling == score:
            continue
        tests = label_column(columns, telling)
        scores = number_column(columns, score, missing=request.missing, rows=rows)
        present = np.unique(tests.codes[~scores.missing & ~tests.missing])
        levels = [tests.levels[k] for k in present]
        if len(levels) > 1:
            raise AnalysisError(
                "outcome {score} mixes the raw scores of different tests ({tests}, by column "
                "{column}); name the column as its instrument, or leave it out of the file",
                score=score,
                tests=", ".join(levels[:5]),
                column=telling,
            )


def standardised(
    columns: Mapping[str, Any],
    *,
    score: str,
    groups: Sequence[str],
    norms: Mapping[str, tuple[float, float]],
    rows: Ints,
    missing: Sequence[str] = (),
) -> tuple[Floats, Instruments]:
    """Return scores (n,) standardised within the combinations of ``groups`` (test, grade, moment).

    ``norms`` is mean and deviation by combination, e.g. ``"Cito/8/M"``; a combination without one
    is standardised by its own pupils. Raises ``AnalysisError`` for a score without a group, and
    for a group too small or without spread to be standardised by itself.
    """
    column = number_column(columns, score, missing=missing, rows=rows)
    if isinstance(column, Labels):
        raise AnalysisError("score {column} holds text, not numbers", column=score)
    labels = [label_column(columns, name, missing=missing) for name in groups]
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
    scores, used = np.full(column.values.size, np.nan), []
    inside = column.values[known]
    for k, name in enumerate(group.levels):
        mine = group.codes == k
        norm = _norm(name, inside[mine], norms)
        inside[mine] = (inside[mine] - norm.mean) / norm.sd
        used.append(norm)
    scores[known] = inside
    return scores, Instruments(score, tuple(groups), tuple(used))


def sensitivity(analysis: Analysis, test: str) -> tuple[WithoutOrOnly, ...]:
    """Return the effect among the pupils of each level of ``test`` alone, and without them."""
    labels = label_column(analysis.columns, test, missing=analysis.request.missing)
    outcome = np.full(labels.codes.size, np.nan)
    outcome[analysis.sample.kept] = analysis.sample.outcome
    found: list[WithoutOrOnly] = []
    for k, level in enumerate(labels.levels):
        ways = {"only": labels.codes == k, "without": labels.codes != k}
        if len(labels.levels) == 2:  # without one is only the other
            del ways["without"]
        for which, inside in ways.items():
            scores = np.where(inside, outcome, np.nan)
            found += _one(analysis, level, which, scores)
    return tuple(found)


def _one(analysis: Analysis, level: str, which: str, scores: Floats) -> list[WithoutOrOnly]:
    columns = dict(analysis.columns) | {analysis.request.outcome: scores}
    try:
        result = analysis.again(columns).result
    except AnalysisError as refusal:
        return [WithoutOrOnly(level, which, "", None, None, None, None, 0, str(refusal))]
    return [
        WithoutOrOnly(
            level,
            which,
            c.arm,
            c.effect_sizes[0].value,
            c.effect_sizes[0].low,
            c.effect_sizes[0].high,
            c.p_value,
            result.n_pupils,
            None,
        )
        for c in result.contrasts
    ]


def _norm(name: str, values: Floats, norms: Mapping[str, tuple[float, float]]) -> Norm:
    by = "norm" if name in norms else "sample"
    sd = float(values.std(ddof=1)) if values.size > 1 else 0.0
    mean, sd = norms.get(name, (float(values.mean()), sd))
    if not sd > 0:
        raise AnalysisError(
            "{group} has too few different scores to be standardised by itself; give its norm",
            group=name,
        )
    return Norm(name, by, mean, sd, values.size)
