"""The design's own model refitted with other arms, and with a supposed effect taken out first."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from analysis.coding.sample import Sample
from analysis.coding.terms import Term, dummy_terms
from analysis.engine.arrays import Floats, Ints
from analysis.engine.fit import fit_columns
from analysis.engine.moments import SchoolMoments, reduce_to_schools
from analysis.engine.permuted import ArmMoments, refit_arms
from analysis.engine.replicates import arms_of_pupils, arms_of_schools
from analysis.engine.subset import combined
from analysis.errors import AnalysisError, RankDeficient
from analysis.fitted import arm_columns
from analysis.inference.schemes import Codes
from analysis.models import random_slope_term
from analysis.request import Request

# Returns t statistics (R, n_contrasts) of allocations after taking ``effect`` times the observed
# arm of one contrast out of the outcome.
Refitter = Callable[[float, int], Floats]
FOLLOWS = 1e-10  # share of an arm's spread below which the other columns already hold it
AT_ONCE = 4_000_000  # pupils times replicates held in memory together


def refitter(
    sample: Sample, terms: Sequence[Term], request: Request, codes: Codes, unit: Ints
) -> Refitter:
    """Return the statistic of every allocation; ``codes`` is (R, n_units), ``unit`` is (n_pupils,).

    The first allocation must be the observed one.
    """
    if not refitted_at_once(request):
        return _one_by_one(sample, terms, request, codes, unit)
    if request.design == "cluster":
        return _schools_at_once(sample, terms, request, codes[:, _first_of_school(sample, unit)])
    return _pupils_at_once(sample, terms, request, codes, unit)


def refitted_at_once(request: Request) -> bool:
    """Say whether all allocations are refitted in one go, or each by a fit of its own."""
    return request.random_slope is None and request.klass is None


def _first_of_school(sample: Sample, unit: Ints) -> Ints:
    units = np.empty(len(sample.school.levels), dtype=np.intp)
    units[sample.school.codes] = unit
    return units


def _schools_at_once(
    sample: Sample, terms: Sequence[Term], request: Request, codes: Codes
) -> Refitter:
    full = _FullMoments(sample, terms)
    arms = arms_of_schools(codes, full.arms)

    def statistic(effect: float, contrast: int) -> Floats:
        return refit_arms(full.without(effect, contrast), arms, reml=request.method == "REML").t

    return statistic


def _pupils_at_once(
    sample: Sample, terms: Sequence[Term], request: Request, codes: Codes, unit: Ints
) -> Refitter:
    full = _FullMoments(sample, terms)
    school, rows = sample.school.codes, max(1, AT_ONCE // sample.outcome.size)
    parts = [
        arms_of_pupils(codes[k : k + rows][:, unit], full.arms, school, full.centred)
        for k in range(0, len(codes), rows)
    ]
    means = np.concatenate([part.means for part in parts])
    columns = np.concatenate([_present(part.within_columns) for part in parts])
    inside = np.concatenate([_present(part.within_arms) for part in parts])

    def statistic(effect: float, contrast: int) -> Floats:
        moments = full.without(effect, contrast)
        arms = ArmMoments(means, columns @ full.mapping(effect, contrast), inside)
        if request.design == "fixed-effects":
            return _school_dummies(moments, arms)
        return refit_arms(moments, arms, reml=request.method == "REML").t

    return statistic


class _FullMoments:
    """Moments of the other columns, the observed arms and the outcome, and mixtures of them."""

    def __init__(self, sample: Sample, terms: Sequence[Term]) -> None:
        names = arm_columns(sample)
        others = [term.values for term in terms if term.name not in names]
        observed = [term.values for term in terms if term.name in names]
        self.columns = [*others, *observed, sample.outcome]
        self.others, self.n_arms = len(others), len(observed)
        self.moments = reduce_to_schools(self.columns, sample.school.codes)
        if sample.arm is None or sample.control is None:
            raise AnalysisError("a permutation test needs an arm")
        control = sample.arm.levels.index(sample.control)
        self.arms = [k for k in range(len(sample.arm.levels)) if k != control]
        self.school = sample.school.codes

    @property
    def centred(self) -> Floats:
        """Return the columns less their school means, in the units of the moments."""
        m = self.moments
        scaled = (np.column_stack(self.columns) - m.shift) / m.scale
        return scaled - m.means[self.school]

    def mapping(self, effect: float, contrast: int) -> Floats:
        """Return what turns the columns into ``[X y - effect t]``, shape (q, p + 1)."""
        q, scale = len(self.columns), self.moments.scale
        chosen = np.zeros((q, self.others + 1))
        chosen[: self.others, : self.others] = np.eye(self.others)
        chosen[-1, -1] = 1.0
        arm = self.others + contrast
        chosen[arm, -1] = -effect * scale[arm] / scale[-1]
        return chosen

    def without(self, effect: float, contrast: int) -> SchoolMoments:
        """Return the moments without arms, ``effect`` times the observed arm taken out of y."""
        kept = [*range(self.others), len(self.columns) - 1]
        return combined(self.moments, self.mapping(effect, contrast), kept)


def _school_dummies(moments: SchoolMoments, arms: ArmMoments) -> Floats:
    """Return t statistics of least squares with a dummy per school."""
    varying = np.flatnonzero(np.diag(moments.within)[:-1] > 0)
    w, p = moments.within, moments.within.shape[0] - 1
    columns, inside = _present(arms.within_columns), _present(arms.within_arms)
    inverse = np.linalg.inv(w[np.ix_(varying, varying)])
    b0 = inverse @ w[varying, p]
    tx = columns[:, :, varying]
    h = inside - np.einsum("rap,pq,rbq->rab", tx, inverse, tx)
    q = columns[:, :, p] - tx @ b0
    residual = w[p, p] - w[varying, p] @ b0
    solved = _inverses(h, inside)
    b = np.einsum("rab,rb->ra", solved, q)
    df = moments.n - moments.sizes.size - varying.size - q.shape[1]
    sigma2 = (residual - np.einsum("ra,ra->r", q, b)) / df
    with np.errstate(divide="ignore", invalid="ignore"):  # without spread it counts against
        return b / np.sqrt(np.einsum("raa->ra", solved) * sigma2[:, None])


def _inverses(left: Floats, inside: Floats) -> Floats:
    """Return the inverses of ``left`` (R, a, a), NaN where too little is left of ``inside``."""
    least = FOLLOWS * np.einsum("raa->r", inside)
    gone = np.linalg.eigvalsh(left)[:, 0] <= least
    inverses = np.linalg.inv(np.where(gone[:, None, None], np.eye(left.shape[1]), left))
    inverses[gone] = np.nan
    return inverses


def _one_by_one(
    sample: Sample, terms: Sequence[Term], request: Request, codes: Codes, unit: Ints
) -> Refitter:
    """Return the statistic for models without a batched refit: a fit per allocation."""
    arm, control, names = sample.arm, sample.control, arm_columns(sample)
    if arm is None or control is None:
        raise AnalysisError("a permutation test needs an arm")
    observed = [term.values for term in terms if term.name in names]

    def statistic(effect: float, contrast: int) -> Floats:
        outcome = sample.outcome - effect * observed[contrast]
        found = np.full((len(codes), len(observed)), np.nan)
        for r, row in enumerate(codes):
            moved = dummy_terms(replace(arm, codes=row[unit]), control)
            columns = [terms[0], *moved, *(t for t in terms[1:] if t.name not in names)]
            slope = random_slope_term(columns, request)
            try:
                fit = fit_columns(
                    outcome,
                    [term.column for term in columns],
                    sample.school.codes,
                    klass=sample.klass.codes if sample.klass else None,
                    slope=None if slope is None else slope.values,
                    method=request.method,
                )
            except RankDeficient:
                continue  # this allocation cannot be told from a covariate
            found[r] = (fit.coefficients / fit.std_errors)[1 : 1 + len(observed)]
        return found

    return statistic


def _present(array: Floats | None) -> Floats:
    if array is None:
        raise ValueError("arms that vary inside schools carry their own moments")
    return array
