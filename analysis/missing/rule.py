"""The rule for missing data: complete cases under five per cent; above it, model, impute, shift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from analysis.analysed import Analysis
from analysis.errors import AnalysisError
from analysis.missing.dropout import DropoutModel
from analysis.missing.imputation import imputed
from analysis.missing.pupils import Pupils
from analysis.missing.rubin import Pooled, pool
from analysis.result import EffectResult

LEAST = 20  # imputations, and at least one per per cent of incomplete pupils
SHIFTS = (-0.2, -0.1, 0.0, 0.1, 0.2)  # standard deviations added to imputed outcomes of an arm


@dataclass(frozen=True, slots=True)
class Shifted:
    """The pooled estimate, were the lost pupils of the arm to score ``shift`` deviations more."""

    shift: float  # standard deviations of the empty model
    estimate: float  # units of the outcome
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Imputed:
    """One contrast over the imputed data sets, in the units of the outcome."""

    pooled: Pooled
    effect_size: float  # pooled estimate over the mean deviation of the empty models
    low: float  # of the effect size
    high: float
    shifted: tuple[Shifted, ...]  # empty where no outcome is missing


@dataclass(frozen=True, slots=True)
class MissingData:
    """What is incomplete, and by which side of the rule it was dealt with."""

    incomplete: Mapping[str, float]  # share of the pupils drawn: "all", and by arm
    limit: float
    rule: str  # "complete cases", "imputation"
    dropout: DropoutModel | None  # None under the limit, or with every outcome known
    dropout_refused: str | None  # why the model of loss could not be fitted


def missing_by_rule(
    analysis: Analysis, rng: np.random.Generator, *, limit: float, imputations: int = 0
) -> tuple[MissingData, list[Imputed] | None]:
    """Return what is missing and, above the limit, each contrast over imputed data sets.

    ``limit`` is the share of incomplete pupils up to which complete cases will do; without
    ``imputations`` there is one for each per cent of them, and never fewer than 20.

    The file holds every pupil drawn. The outcome and numeric covariates are imputed, with arms,
    strata and schools in every equation; text covariates and everything else must be there. Raises
    ``AnalysisError`` without arms, and for a column with too few values to impute from.
    """
    if analysis.sample.arm is None:
        raise AnalysisError("the rule for missing data is about an effect; name the arm")
    pupils = Pupils.of(analysis)
    shares = pupils.incomplete_shares()
    if shares["all"] <= limit:
        return MissingData(shares, limit, "complete cases", None, None), None
    dropout, refused = None, None
    try:
        dropout = pupils.dropout()
    except AnalysisError as refusal:
        refused = str(refusal)
    m = imputations or max(LEAST, ceil(100 * shares["all"]))
    sets = list(imputed(pupils.as_incomplete(), imputations=m, rng=rng))
    deviation = analysis.result.unconditional.deviation

    def refit(shift: float, arm: str) -> list[EffectResult]:
        return [
            analysis.again(pupils.completed(filled, shift * deviation, arm)).result
            for filled in sets
        ]

    plain = refit(0.0, "")
    shifts = SHIFTS if pupils.lost_outcomes else (0.0,)
    found = [
        _imputed(k, {s: plain if s == 0 else refit(s, c.arm) for s in shifts})
        for k, c in enumerate(analysis.result.contrasts)
    ]
    return MissingData(shares, limit, "imputation", dropout, refused), found


def _imputed(k: int, by_shift: Mapping[float, Sequence[EffectResult]]) -> Imputed:
    together = {shift: _pooled(k, results) for shift, results in by_shift.items()}
    pooled = together[0.0]
    deviation = float(np.mean([result.unconditional.deviation for result in by_shift[0.0]]))
    return Imputed(
        pooled,
        pooled.estimate / deviation,
        pooled.low / deviation,
        pooled.high / deviation,
        tuple(
            Shifted(shift, found.estimate, found.low, found.high, found.p_value)
            for shift, found in together.items()
            if len(together) > 1
        ),
    )


def _pooled(k: int, results: Sequence[EffectResult]) -> Pooled:
    found = [result.contrasts[k] for result in results]
    df = [c.df if c.df is not None else 1e9 for c in found]
    return pool(
        [c.estimate for c in found],
        [c.std_error**2 for c in found],
        complete_df=float(np.mean(df)),
        level=results[0].level,
    )
