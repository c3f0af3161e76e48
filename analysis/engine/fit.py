"""``fit_multilevel``: arrays in, a frozen fit out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from analysis.engine.arrays import Column, Floats, Ints
from analysis.engine.grouping import Grouping, codes_of, group
from analysis.engine.lifting import lifting
from analysis.engine.moments import SchoolMoments, reduce_to_schools
from analysis.engine.rank import dependent_column
from analysis.engine.small_sample import SmallSample
from analysis.engine.solutions import (
    Solution,
    solve_random_slope,
    solve_three_level,
    solve_two_level,
)
from analysis.errors import AnalysisError, Explained, RankDeficient

METHODS = ("REML", "ML")
UNEXPLAINED = 1e-11  # share of the outcome's variance below which the design explains it all


@dataclass(frozen=True, eq=False)
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
    lift: Floats  # (p, p), from the engine's scaled coefficients to these
    correct: Callable[[], SmallSample] = field(repr=False)

    @cached_property
    def correction(self) -> SmallSample:
        """Small-sample corrections in the scaled units of the engine, made when first wanted."""
        return self.correct()

    @property
    def kenward_roger_covariance(self) -> Floats:
        """Covariance of the coefficients with the Kenward-Roger correction, shape (p, p)."""
        return self.lift @ self.correction.kenward_roger_covariance @ self.lift.T

    def kenward_roger_df(self, contrast: Floats) -> float:
        """Degrees of freedom of ``contrast @ coefficients``, contrast of shape (p,)."""
        return self.correction.kenward_roger_df(self.lift.T @ contrast)

    def satterthwaite_df(self, contrast: Floats) -> float:
        """Degrees of freedom of ``contrast @ coefficients``, contrast of shape (p,).

        On the boundary the observed curvature says nothing of the precision of a variance, and
        they are Kenward-Roger's, by the expected one.
        """
        if self.singular:
            return self.kenward_roger_df(contrast)
        return self.correction.satterthwaite_df(self.lift.T @ contrast)


def fit_multilevel(
    y: ArrayLike,
    x: ArrayLike,
    school: ArrayLike,
    *,
    klass: ArrayLike | None = None,
    slope: ArrayLike | None = None,
    method: str = "REML",
) -> MultilevelFit:
    """Fit ``y = x b + school (+ class, or + slope) + pupil`` exactly.

    ``y`` has shape (n,), ``x`` (n, p) with the intercept as one of its columns, ``school`` (n,) of
    any labels but NaN. ``klass`` (n,) adds a level of classes inside schools, ``slope`` (n,) lets
    the slope of that column differ between schools, correlated with their level. Raises
    ``AnalysisError`` for values that are not finite, a constant outcome or levels that cannot be
    told apart, and ``RankDeficient`` for a column that follows from the others.
    """
    outcome, design = _checked(y, x)
    label = np.asarray(school)
    if label.shape != outcome.shape:
        raise AnalysisError(
            "school must hold one label per pupil; a cross-classified model is not fitted here"
        )
    if label.dtype.kind == "f" and np.isnan(label).any():
        raise AnalysisError("a pupil has no school; leave the pupil out, or name the school")
    schools = group(label)
    if klass is None and slope is None:
        return _two_level([*design.T, outcome], schools, method)
    codes = codes_of(schools)
    classes = None
    if klass is not None:
        labels, classes = np.unique(np.asarray(klass), return_inverse=True)
        shared = class_of_two_schools(classes, codes)
        if shared is not None:
            raise not_nested(labels[shared])
    slopes = None if slope is None else np.asarray(slope, dtype=float)
    return fit_columns(outcome, list(design.T), codes, klass=classes, slope=slopes, method=method)


def fit_columns(
    y: Floats,
    columns: Sequence[Column],
    school: Ints,
    *,
    klass: Ints | None = None,
    slope: Floats | None = None,
    method: str = "REML",
) -> MultilevelFit:
    """Fit from separate design columns, each (n,), and codes 0, 1, … of schools and classes.

    A class code occurs in one school. Raises ``AnalysisError`` and ``RankDeficient`` as
    ``fit_multilevel`` does.
    """
    _check_method(method)
    if klass is not None and slope is not None:
        raise AnalysisError("a model has classes or a random slope, not both")
    used = [*columns, y]
    if klass is None and slope is None:
        return _two_level(used, group(school), method)
    reml, moments = method == "REML", reduce_to_schools(used, school if klass is None else klass)
    check_moments(moments)
    if klass is not None:
        solution = solve_three_level(moments, _school_of_class(klass, school, moments), reml=reml)
    else:
        solution = solve_random_slope(
            used, moments, school, _checked_slope(slope, school), reml=reml
        )
    return _lifted(solution, moments, int(school.max()) + 1, method)


def _two_level(used: Sequence[Column], schools: Grouping, method: str) -> MultilevelFit:
    _check_method(method)
    moments = reduce_to_schools(used, schools)
    check_moments(moments)
    solution = solve_two_level(moments, reml=method == "REML")
    return _lifted(solution, moments, moments.sizes.size, method)


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise AnalysisError("the method is REML or ML, not {method}", method=method)


def not_nested(klass: object) -> AnalysisError:
    """Return the refusal of a class that ``class_of_two_schools`` found."""
    return AnalysisError(
        "class {klass} occurs in more than one school; give every class a name of its own, "
        "because a cross-classified model is not fitted here",
        klass=klass,
    )


def _one_school() -> AnalysisError:
    return AnalysisError("there is only one school; a model with schools needs more")


def class_of_two_schools(klass: Ints, school: Ints) -> int | None:
    """Return the first class code that occurs in more than one school, if there is one."""
    one = np.empty(klass.max() + 1, dtype=np.intp)
    one[klass] = school
    elsewhere = np.flatnonzero(one[klass] != school)
    return int(klass[elsewhere].min()) if elsewhere.size else None


def _school_of_class(klass: Ints, school: Ints, by_class: SchoolMoments) -> Ints:
    """Return the school of each class, (n_classes,), or refuse levels that coincide."""
    schools = np.empty(by_class.sizes.size, dtype=np.intp)
    schools[klass] = school
    if school.max() == 0:
        raise _one_school()
    if by_class.sizes.size == school.max() + 1:
        raise AnalysisError(
            "every school has one class: schools and classes cannot be told apart; "
            "leave the class out"
        )
    return schools


def _checked_slope(slope: Floats | None, school: Ints) -> Floats:
    if slope is None or not np.all(np.isfinite(slope)):
        raise AnalysisError("the slope column must hold finite numbers only")
    first = np.empty(school.max() + 1)
    first[school] = slope
    if np.array_equal(first[school], slope):
        raise AnalysisError("the slope column does not vary inside any school")
    return slope


def check_moments(moments: SchoolMoments) -> None:
    """Refuse what no model can be fitted to."""
    if not np.all(np.isfinite(moments.within)) or not np.all(np.isfinite(moments.scale)):
        raise AnalysisError("the outcome and the design must hold finite numbers only")
    if np.all(moments.sizes == 1):
        raise AnalysisError(
            "every school or class has one pupil, so that it cannot be told from its pupil"
        )
    if moments.sizes.size < 2:
        raise _one_school()
    total = moments.total
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
        raise Explained("the outcome is constant or is fully explained by the covariates")


def _checked(y: ArrayLike, x: ArrayLike) -> tuple[Floats, Floats]:
    outcome, design = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    if design.ndim == 1:
        design = design[:, None]
    if not outcome.size:
        raise AnalysisError("no pupil has a value in every column this analysis uses")
    return outcome, design


def _lifted(
    solution: Solution, moments: SchoolMoments, n_schools: int, method: str
) -> MultilevelFit:
    if solution.variances["pupil"] <= UNEXPLAINED:  # of an outcome scaled to unit spread
        raise AnalysisError(
            "the outcome does not differ between the pupils of a school or class, once the "
            "covariates are known; such an outcome is analysed with one row for each school"
        )
    back = lifting(moments.shift, moments.scale, moments.intercept)
    covariance = back.covariance(solution.covariance)
    square, reml = back.unit**2, method == "REML"
    nu = moments.n - (covariance.shape[0] if reml else 0)
    deviance = solution.deviance + nu * np.log(square) + (2 * back.log_scale if reml else 0.0)
    return MultilevelFit(
        coefficients=back.matrix @ solution.coefficients + back.offset,
        std_errors=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        variances={name: value * square for name, value in solution.variances.items()},
        deviance=float(deviance),
        method=method,
        singular=solution.singular,
        n_pupils=moments.n,
        n_schools=n_schools,
        lift=back.matrix,
        correct=solution.correct,
    )
