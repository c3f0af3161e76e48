"""Least squares with a dummy for every school, without ever building the dummies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.moments import reduce_to_schools
from analysis.engine.rank import dependent_column
from analysis.errors import AnalysisError, Explained, RankDeficient


@dataclass(frozen=True, slots=True, eq=False)
class SchoolDummiesFit:
    """Coefficients of columns that vary inside schools, in the units of the data."""

    coefficients: Floats  # (p,)
    covariance: Floats  # (p, p)
    residual_variance: float
    df: int  # pupils less schools less columns


def fit_school_dummies(y: Floats, columns: Sequence[Floats], school: Ints) -> SchoolDummiesFit:
    """Fit ``y`` on ``columns`` (each (n,)) and a dummy per school (Frisch & Waugh 1933).

    Raises ``RankDeficient`` for a column that does not vary inside schools or follows from others,
    and ``AnalysisError`` for too few pupils or an outcome that is explained in full.
    """
    moments = reduce_to_schools([np.ones(y.size), *columns, y], school)
    p, scale = len(columns), moments.scale[1:-1]
    xx, xy = moments.within[1:-1, 1:-1], moments.within[1:-1, -1]
    column = dependent_column(xx)
    if column is not None:
        raise RankDeficient("column {column} does not vary inside schools", column=column)
    df = moments.n - moments.sizes.size - p
    if df < 1:
        raise AnalysisError("there are not more pupils than schools and columns together")
    b = np.linalg.solve(xx, xy)
    residual = float(moments.within[-1, -1] - xy @ b) / df * moments.scale[-1] ** 2
    if residual <= 1e-11 * moments.scale[-1] ** 2:
        raise Explained("the outcome is constant or is fully explained by the covariates")
    covariance = residual * np.linalg.inv(xx) / np.outer(scale, scale)
    return SchoolDummiesFit(b * moments.scale[-1] / scale, covariance, residual, df)


def less_school_means(column: Floats, school: Ints) -> Floats:
    """Sweep the school dummies out of ``column`` (n,); ``school`` (n,) may skip codes."""
    present, codes = np.unique(school, return_inverse=True)
    means = np.bincount(codes, column, present.size) / np.bincount(codes)
    return column - means[codes]
