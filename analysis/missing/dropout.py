"""A model of who is lost: does anything known at baseline predict a missing outcome?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, ndtr

from analysis.coding.terms import Term
from analysis.engine.arrays import Floats, Ints
from analysis.errors import AnalysisError
from analysis.logistic import clustered_logit


@dataclass(frozen=True, slots=True)
class Predictor:
    """One term of the logistic model of loss, errors clustered by school."""

    term: str
    odds_ratio: float
    std_error: float  # of the log odds ratio
    p_value: float


@dataclass(frozen=True, slots=True)
class DropoutModel:
    """Which pupils are lost; ``p_value`` is of all terms together."""

    lost: int
    predictors: tuple[Predictor, ...]
    p_value: float


def dropout_model(lost: Floats, terms: Sequence[Term], school: Ints) -> DropoutModel:
    """Fit a logistic regression of ``lost`` (n,), zeros and ones, on ``terms`` and an intercept.

    Errors are clustered by ``school`` (n,); the joint test is Wald's, over schools less one. Raises
    ``AnalysisError`` where none or all were lost, where the terms tell them apart completely, and
    where they are too many for the schools.
    """
    if not 0 < lost.sum() < lost.size:
        raise AnalysisError("a model of loss needs pupils who were lost and pupils who were not")
    x = np.column_stack([np.ones(lost.size), *(term.values for term in terms)])
    b, covariance = clustered_logit(lost, x, school)
    b, covariance = b[1:], covariance[1:, 1:]
    errors = np.sqrt(np.diag(covariance))
    schools = np.unique(school).size
    if not errors.all() or np.linalg.matrix_rank(covariance / np.outer(errors, errors)) < b.size:
        raise AnalysisError(
            "{schools} schools are too few for a model of loss with {terms} terms",
            schools=schools,
            terms=b.size,
        )
    wald = float(b @ np.linalg.solve(covariance, b)) / b.size
    predictors = tuple(
        Predictor(
            term.name, float(np.exp(value)), float(error), float(2 * ndtr(-abs(value / error)))
        )
        for term, value, error in zip(terms, b, errors, strict=True)
    )
    return DropoutModel(int(lost.sum()), predictors, float(fdtrc(b.size, schools - 1, wald)))
