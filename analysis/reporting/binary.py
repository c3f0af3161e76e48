"""Outcomes that are yes or no: logistic regression with clustered errors, and risk differences."""

from dataclasses import dataclass

import numpy as np

from analysis.analysed import Analysis
from analysis.distributions import infer
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError
from analysis.fitted import arm_columns
from analysis.logistic import clustered_logit


@dataclass(frozen=True, slots=True)
class BinaryContrast:
    """One arm against control: odds ratio, and risks averaged over the pupils analysed."""

    odds_ratio: float
    odds_low: float
    odds_high: float
    risk_arm: float
    risk_control: float
    risk_difference: float
    std_error: float  # of the risk difference, clustered by school
    df: float  # schools less two
    p_value: float  # of the risk difference
    low: float
    high: float


def binary_contrasts(analysis: Analysis) -> list[BinaryContrast]:
    """Return the effect of each arm on an outcome of zeros and ones.

    Risks are those every pupil analysed would have in either arm (marginal standardisation); their
    difference has a delta-method error from the clustered covariance. Raises ``AnalysisError`` for
    an outcome of other values, or one that the columns foretell.
    """
    sample, request = analysis.sample, analysis.request
    if sample.arm is None or sample.control is None:
        raise AnalysisError("this is about an effect; name the arm")
    if not np.array_equal(np.unique(sample.outcome), [0.0, 1.0]):
        raise AnalysisError(
            "outcome {column} must be 0 or 1, and both must occur", column=request.outcome
        )
    names = arm_columns(sample)
    x = np.column_stack([term.values for term in analysis.terms])
    b, covariance = clustered_logit(sample.outcome, x, sample.school.codes)
    places = [k for k, term in enumerate(analysis.terms) if term.name in names]
    df = float(len(sample.school.levels) - 2)
    none = x.copy()
    none[:, places] = 0.0
    return [_one(place, none, b, covariance, df, request.level) for place in places]


def _one(
    place: int,
    none: Floats,
    b: Floats,
    covariance: Floats,
    df: float,
    coverage: float,
) -> BinaryContrast:
    treated = none.copy()
    treated[:, place] = 1.0
    risks = [1 / (1 + np.exp(-design @ b)) for design in (treated, none)]
    slopes = [
        (risk * (1 - risk)) @ design / len(design)
        for risk, design in zip(risks, (treated, none), strict=True)
    ]
    gradient = slopes[0] - slopes[1]
    difference = float(risks[0].mean() - risks[1].mean())
    error = float(np.sqrt(gradient @ covariance @ gradient))
    judged = infer(difference, error, df=df, df_method="schools less two", level=coverage)
    odds = infer(
        float(b[place]),
        float(np.sqrt(covariance[place, place])),
        df=df,
        df_method="schools less two",
        level=coverage,
    )
    return BinaryContrast(
        float(np.exp(b[place])),
        float(np.exp(odds.low)),
        float(np.exp(odds.high)),
        float(risks[0].mean()),
        float(risks[1].mean()),
        difference,
        error,
        df,
        judged.p_value,
        judged.low,
        judged.high,
    )
