"""The effect on those who comply: two-stage least squares with the draw as instrument."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.columns import Numbers
from analysis.coding.sample import Sample
from analysis.coding.terms import Term
from analysis.distributions import infer
from analysis.engine.arrays import Floats, Ints
from analysis.errors import AnalysisError
from analysis.fitted import arm_columns
from analysis.parts import Cace
from analysis.request import Request

Bools = NDArray[np.bool_]


def complier_effects(
    sample: Sample, terms: Sequence[Term], request: Request, *, total_variance: float
) -> list[Cace]:
    """Return the complier average causal effect of each arm against control.

    A pupil complies whose dose reaches the threshold (Angrist, Imbens & Rubin 1996, Journal of the
    American Statistical Association 91, 444-455). Covariates are those of the main model; standard
    errors are clustered by school with Stata's small-sample factor, degrees of freedom schools less
    one. Bounds take pupils without a dose to have had none, or enough.
    """
    if sample.dose is None or sample.arm is None or sample.control is None:
        raise AnalysisError("an effect on compliers needs an arm, a dose and a threshold")
    if request.threshold is None:
        raise AnalysisError("say from which dose on a pupil complies: name the threshold")
    control = sample.arm.codes == sample.arm.levels.index(sample.control)
    return [
        _one_effect(
            sample,
            terms,
            request,
            sample.dose,
            control | (sample.arm.codes == k),
            level,
            total_variance,
        )
        for k, level in enumerate(sample.arm.levels)
        if level != sample.control
    ]


def _one_effect(
    sample: Sample,
    terms: Sequence[Term],
    request: Request,
    dose: Numbers,
    pair: Bools,
    level: str,
    total_variance: float,
) -> Cace:
    names = arm_columns(sample)
    assigned = next(t.values for t in terms if t.name.endswith(f"[{level}]") and t.name in names)
    others = [term.values for term in terms if term.name not in names]
    complies = (dose.values >= (request.threshold or 0.0)).astype(float)
    known = pair & ~dose.missing
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
        effect_size=fit.estimate / float(np.sqrt(total_variance)),
        compliant=shares,
        correlation=float(np.corrcoef(assigned[known], complies[known])[0, 1]),
        first_stage_f=fit.first_stage_f,
        n_pupils=int(known.sum()),
        without_dose=int(np.sum(pair & dose.missing)),
        bounds=_bounds(data, complies, dose, pair),
    )


def _bounds(
    data: "_Pair", complies: Floats, dose: Numbers, pair: Bools
) -> tuple[float, float] | None:
    if not np.any(pair & dose.missing):
        return None
    estimates = []
    for value in (0.0, 1.0):
        filled = np.where(dose.missing & (data.assigned == 1.0), value, complies)
        estimates.append(data.fit(np.where(np.isnan(filled), 0.0, filled), pair).estimate)
    return min(estimates), max(estimates)


class _Fit:
    """One two-stage fit: the effect, its clustered standard error and the first stage's F."""

    def __init__(self, estimate: float, std_error: float, first_stage_f: float) -> None:
        self.estimate, self.std_error, self.first_stage_f = estimate, std_error, first_stage_f


class _Pair:
    """Outcome, instrument and covariates of one arm and its control."""

    def __init__(
        self, sample: Sample, others: Sequence[Floats], assigned: Floats, *, fixed: bool
    ) -> None:
        self.sample, self.others, self.assigned, self.fixed = sample, others, assigned, fixed

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
        others = [column[rows] for column in self.others]
        if self.fixed:
            columns = [_less_school_means(column, school) for column in columns]
            others = [_less_school_means(column, school) for column in others]
        kept = [column for column in others if np.any(np.abs(column) > 1e-12)]
        y, d, z = columns
        model: Any = IV2SLS(y, np.column_stack(kept) if kept else None, d, z)
        clustered = model.fit(cov_type="clustered", clusters=school, debiased=True)
        plain = model.fit(cov_type="unadjusted", debiased=True)
        diagnostics = plain.first_stage.diagnostics
        position = len(kept)
        return _Fit(
            float(clustered.params.iloc[position]),
            float(clustered.std_errors.iloc[position]),
            float(diagnostics["f.stat"].iloc[0]),
        )


def _less_school_means(column: Floats, school: Ints) -> Floats:
    present, codes = np.unique(school, return_inverse=True)
    means = np.bincount(codes, column, present.size) / np.bincount(codes)
    return column - means[codes]
