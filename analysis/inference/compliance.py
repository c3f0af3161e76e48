"""The effect on those who comply: two-stage least squares with the draw as instrument."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.sample import Sample
from analysis.coding.terms import Term
from analysis.distributions import infer
from analysis.engine.arrays import Floats
from analysis.engine.least_squares import less_school_means
from analysis.errors import AnalysisError
from analysis.fitted import arm_columns
from analysis.parts import Cace
from analysis.request import Request

Bools = NDArray[np.bool_]


def complier_effects(
    sample: Sample, terms: Sequence[Term], request: Request, *, deviation: float
) -> list[Cace]:
    """Return the complier average causal effect of each arm against control.

    A pupil complies whose dose reaches the threshold (Angrist, Imbens & Rubin 1996, Journal of the
    American Statistical Association 91, 444-455). Covariates are those of the main model; standard
    errors are clustered by school with Stata's small-sample factor, degrees of freedom schools less
    one. Bounds take pupils without a dose to have had none, or enough. ``deviation`` is the
    headline's. Raises ``AnalysisError`` where nobody has a dose, or all have or lack enough of it.
    """
    if sample.dose is None or sample.arm is None or sample.control is None:
        raise AnalysisError("an effect on compliers needs an arm, a dose and a threshold")
    if request.threshold is None:
        raise AnalysisError("say from which dose on a pupil complies: name the threshold")
    complies = np.where(sample.dose.missing, np.nan, sample.dose.values >= request.threshold)
    control = sample.arm.codes == sample.arm.levels.index(sample.control)
    return [
        _one_effect(
            sample,
            terms,
            request,
            complies,
            control | (sample.arm.codes == k),
            level,
            deviation,
        )
        for k, level in enumerate(sample.arm.levels)
        if level != sample.control
    ]


def _one_effect(
    sample: Sample,
    terms: Sequence[Term],
    request: Request,
    complies: Floats,
    pair: Bools,
    level: str,
    deviation: float,
) -> Cace:
    """Return the effect in one ``pair`` (n,); ``complies`` (n,) is NaN without a dose."""
    names = arm_columns(sample)
    assigned = next(t.values for t in terms if t.name.endswith(f"[{level}]") and t.name in names)
    others = [term.values for term in terms if term.name not in names]
    known = pair & ~np.isnan(complies)
    if not known.any():
        raise AnalysisError("no pupil in {arm} and its control has a dose", arm=level)
    data = _Pair(sample, others, assigned, fixed=request.design == "fixed-effects")
    fit = data.fit(complies, known)
    schools = np.unique(sample.school.codes[known]).size
    judged = infer(
        fit.estimate,
        fit.std_error,
        df=float(schools - 1),
        df_method="schools less one",
        level=request.level,
    )
    shares = {
        side: float(complies[known & (assigned == value)].mean())
        for side, value in (("arm", 1.0), ("control", 0.0))
    }
    return Cace(
        threshold=float(request.threshold or 0.0),
        estimate=fit.estimate,
        std_error=fit.std_error,
        df=judged.df,
        p_value=judged.p_value,
        low=judged.low,
        high=judged.high,
        effect_size=fit.estimate / deviation,
        compliant=shares,
        correlation=float(np.corrcoef(assigned[known], complies[known])[0, 1]),
        first_stage_f=fit.first_stage_f,
        first_stage_f_clustered=fit.first_stage_f_clustered,
        n_pupils=int(known.sum()),
        without_dose=int(np.sum(pair & np.isnan(complies))),
        bounds=_bounds(data, complies, pair),
    )


def _bounds(data: "_Pair", complies: Floats, pair: Bools) -> tuple[float, float] | None:
    """Return the effect were pupils of the arm without a dose to have had none, or enough.

    Those of control are taken to have had none.
    """
    unknown = np.isnan(complies)
    if not np.any(pair & unknown):
        return None
    none, enough = (
        data.fit(np.where(unknown, value * data.assigned, complies), pair).estimate
        for value in (0.0, 1.0)
    )
    return min(none, enough), max(none, enough)


@dataclass(frozen=True, slots=True)
class _Fit:
    """One two-stage fit, in the units of the outcome."""

    estimate: float
    std_error: float  # clustered by school
    first_stage_f: float | None  # of the instrument, pupils independent; None: without end
    first_stage_f_clustered: float | None  # the same with errors clustered by school


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Outcome, instrument and covariates of one arm and its control."""

    sample: Sample
    others: Sequence[Floats]  # each (n,)
    assigned: Floats  # (n,), one in the arm
    fixed: bool  # school dummies are swept out

    @np.errstate(invalid="ignore", divide="ignore")  # an error that is no number is refused later
    def fit(self, complies: Floats, rows: Bools) -> _Fit:
        """Fit on ``rows``; with school dummies these are swept out first (Frisch & Waugh 1933)."""
        from linearmodels.iv import IV2SLS

        school = self.sample.school.codes[rows]
        columns = [self.sample.outcome[rows], complies[rows], self.assigned[rows]]
        if complies[rows].std() == 0 or self.assigned[rows].std() == 0:
            raise AnalysisError(
                "all pupils with a dose are on one side of the threshold, or in one arm; "
                "nothing can be said about those who comply"
            )
        as_drawn = np.array_equal(complies[rows], self.assigned[rows])
        others = [column[rows] for column in self.others]
        if self.fixed:
            columns = [less_school_means(column, school) for column in columns]
            others = [less_school_means(column, school) for column in others]
        kept = [column for column in others if np.any(np.abs(column) > 1e-12)]
        y, d, z = columns
        try:
            model: Any = IV2SLS(y, np.column_stack(kept) if kept else None, d, z)
            clustered = model.fit(cov_type="clustered", clusters=school, debiased=True)
            f = (None, None) if as_drawn else _first_stage_f(model, clustered)
        except ValueError:  # of the rank of its columns, or of a matrix without an inverse
            raise AnalysisError(
                "who complies does not differ enough between the arms, in enough schools, to "
                "estimate an effect on compliers; leave the dose out"
            ) from None
        position = len(kept)
        return _Fit(
            float(clustered.params.iloc[position]),
            float(clustered.std_errors.iloc[position]),
            *f,
        )


def _first_stage_f(model: Any, clustered: Any) -> tuple[float, float]:
    """Return F with independent pupils, and with those of a school alike as the effect has them."""
    plain, alike = (
        fit.first_stage.diagnostics["f.stat"].iloc[0]
        for fit in (model.fit(cov_type="unadjusted", debiased=True), clustered)
    )
    return float(plain), float(alike)
