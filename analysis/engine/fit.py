"""``fit_multilevel``: arrays in, a frozen fit out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.engine import two_level
from analysis.engine.arrays import Floats, Ints
from analysis.engine.lifting import lifting
from analysis.engine.moments import SchoolMoments, reduce_to_schools
from analysis.engine.rank import dependent_column
from analysis.engine.small_sample import SmallSample
from analysis.engine.two_level_inference import small_sample
from analysis.errors import AnalysisError, RankDeficient

METHODS = ("REML", "ML")
UNEXPLAINED = 1e-11  # share of the outcome's variance below which the design explains it all


@dataclass(frozen=True, slots=True, eq=False)
class MultilevelFit:
    """One multilevel model, in the units of the data."""

    coefficients: Floats  # (p,), in the order of the design's columns
    std_errors: Floats  # (p,), the model's own
    covariance: Floats  # (p, p), the model's own
    variances: dict[str, float]  # "school", "class", "pupil", "slope", "slope_covariance"
    deviance: float  # minus twice the (restricted) log-likelihood
    method: str  # "REML" or "ML"
    singular: bool  # a variance at its boundary, or slopes that follow from intercepts
    n_pupils: int
    n_schools: int
    correction: SmallSample  # in the scaled units of the engine
    lift: Floats  # (p, p), from scaled coefficients to these

    @property
    def kenward_roger_covariance(self) -> Floats:
        """Covariance of the coefficients with the Kenward-Roger correction, shape (p, p)."""
        return self.lift @ self.correction.kenward_roger_covariance @ self.lift.T

    def kenward_roger_df(self, contrast: Floats) -> float:
        """Degrees of freedom of ``contrast @ coefficients``, contrast of shape (p,)."""
        return self.correction.kenward_roger_df(self.lift.T @ contrast)

    def satterthwaite_df(self, contrast: Floats) -> float:
        """Degrees of freedom of ``contrast @ coefficients``, contrast of shape (p,)."""
        return self.correction.satterthwaite_df(self.lift.T @ contrast)


def fit_multilevel(
    y: ArrayLike, x: ArrayLike, school: ArrayLike, *, method: str = "REML"
) -> MultilevelFit:
    """Fit ``y = x b + school + pupil`` exactly.

    ``y`` has shape (n,), ``x`` (n, p) with the intercept as one of its columns, ``school`` (n,) of
    any labels. Raises ``AnalysisError`` for values that are not finite, a constant outcome or no
    school with two pupils, and ``RankDeficient`` for a column that follows from the others.
    """
    outcome, design = _checked(y, x)
    codes = np.unique(np.asarray(school), return_inverse=True)[1]
    return fit_columns(outcome, list(design.T), codes, method=method)


def fit_columns(
    y: Floats, columns: Sequence[Floats], school: Ints, *, method: str = "REML"
) -> MultilevelFit:
    """Fit from separate design columns, each (n,), and school codes 0 … n_schools - 1."""
    if method not in METHODS:
        raise AnalysisError("the method is REML or ML, not {method}", method=method)
    moments = reduce_to_schools([*columns, y], school)
    check_moments(moments)
    fit = two_level.solve(moments, reml=method == "REML")
    return _lifted(fit, moments, method)


def check_moments(moments: SchoolMoments) -> None:
    """Refuse what no model can be fitted to."""
    if np.all(moments.sizes == 1):
        raise AnalysisError("every school has one pupil: pupils and schools cannot be told apart")
    if moments.sizes.size < 2:
        raise AnalysisError("there is only one school; a model with schools needs more")
    total = moments.within + (moments.means.T * moments.sizes) @ moments.means
    column = dependent_column(total[:-1, :-1])
    if column is not None:
        raise RankDeficient(
            "column {column} of the design follows from the columns before it", column=column
        )
    if moments.n <= total.shape[0]:
        raise AnalysisError("there are not more pupils than columns in the design")
    b = np.linalg.solve(total[:-1, :-1], total[:-1, -1])
    left = total[-1, -1] - total[-1, :-1] @ b
    if left <= UNEXPLAINED * max(total[-1, -1], 1e-300):
        raise AnalysisError("the outcome is constant or is fully explained by the covariates")


def _checked(y: ArrayLike, x: ArrayLike) -> tuple[Floats, Floats]:
    outcome, design = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    if design.ndim == 1:
        design = design[:, None]
    if not (np.all(np.isfinite(outcome)) and np.all(np.isfinite(design))):
        raise AnalysisError("the outcome and the design must hold finite numbers only")
    return outcome, design


def _lifted(fit: two_level.RandomIntercept, moments: SchoolMoments, method: str) -> MultilevelFit:
    back = lifting(moments.shift, moments.scale, moments.intercept)
    covariance = back.covariance(fit.covariance)
    square = back.unit**2
    nu = moments.n - (covariance.shape[0] if fit.reml else 0)
    deviance = fit.deviance + nu * np.log(square) + (2 * back.log_scale if fit.reml else 0.0)
    return MultilevelFit(
        coefficients=back.matrix @ fit.coefficients + back.offset,
        std_errors=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        variances={"school": fit.school * square, "pupil": fit.pupil * square},
        deviance=float(deviance),
        method=method,
        singular=fit.ratio < two_level.SINGULAR_RATIO,
        n_pupils=moments.n,
        n_schools=moments.sizes.size,
        correction=small_sample(moments, fit),
        lift=back.matrix,
    )
