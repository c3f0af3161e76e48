"""The bootstrap of a school trial: schools, schools and pupils, or residuals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coding.sample import Sample
from analysis.coding.terms import Term
from analysis.engine.arrays import Floats, Ints
from analysis.engine.moments import SchoolMoments, reduce_to_schools
from analysis.engine.replicated import ReplicatedFits, Replicates, fit_replicates
from analysis.engine.resampling import (
    draw_counts,
    new_outcomes,
    resampled_pupils,
    resampled_schools,
    within_by_school,
)
from analysis.errors import AnalysisError
from analysis.fitted import arm_columns
from analysis.parts import Bootstrap
from analysis.request import Request

SCHEMES = ("schools", "two-stage", "residual")
AT_ONCE = 1_000  # replicates held in memory together
OUTCOMES = 4_000_000  # pupils times replicates held, where each pupil has outcomes of its own


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """The trial's columns in scaled units, and where its schools are."""

    moments: SchoolMoments
    centred: Floats  # (n, q), columns less school means
    by_school: Floats  # (n_schools, q, q)
    school: Ints
    group: Ints  # schools are drawn within these: arms in a cluster design


def bootstraps(
    sample: Sample,
    terms: Sequence[Term],
    request: Request,
    *,
    n_draws: int,
    rng: np.random.Generator,
    scheme: str = "schools",
) -> list[Bootstrap]:
    """Return one percentile interval per contrast, of the estimate and of the headline size.

    Schools are drawn within arms in a cluster design, and a school drawn twice is two schools.
    Residuals are drawn by level and inflated to the estimated variances (Carpenter, Goldstein &
    Rasbash 2003, Applied Statistics 52, 431-443). Replicates that lose a column are counted.
    Raises ``AnalysisError`` for other models or schemes, and where every replicate loses one.
    """
    if scheme not in SCHEMES:
        raise AnalysisError(
            "there is no bootstrap of {scheme}; choose from {known}",
            scheme=scheme,
            known=", ".join(SCHEMES),
        )
    if not request.random_intercept_alone:
        raise AnalysisError(
            "the bootstrap is for designs cluster and multisite with two levels; "
            "leave --bootstrap out, or the classes and slopes"
        )
    data = _prepare(sample, terms, request)
    arms = [k for k, term in enumerate(terms) if term.name in arm_columns(sample)]
    at_once = AT_ONCE
    if scheme == "residual":
        at_once = min(AT_ONCE, max(1, OUTCOMES // sample.outcome.size))
    estimates, sizes = [], []
    for start in range(0, n_draws, at_once):
        replicates = _draw(data, request, min(at_once, n_draws - start), rng, scheme)
        found = _fit(replicates, data, arms, reml=request.method == "REML")
        estimates.append(found[0])
        sizes.append(found[1])
    together = np.concatenate(estimates), np.concatenate(sizes)
    return [
        _percentiles(together[0][:, k], together[1][:, k], request, scheme)
        for k in range(len(arms))
    ]


def _prepare(sample: Sample, terms: Sequence[Term], request: Request) -> _Data:
    school = sample.school.codes
    columns = [*(term.values for term in terms), sample.outcome]
    moments = reduce_to_schools(columns, school)
    scaled = (np.column_stack(columns) - moments.shift) / moments.scale
    centred = scaled - moments.means[school]
    group = np.zeros(moments.sizes.size, dtype=np.intp)
    if request.design == "cluster" and sample.arm is not None:
        group[school] = sample.arm.codes
    return _Data(moments, centred, within_by_school(centred, school), school, group)


def _draw(
    data: _Data, request: Request, n_draws: int, rng: np.random.Generator, scheme: str
) -> Replicates:
    if scheme == "residual":
        outcomes = _residual_outcomes(data, n_draws, rng, reml=request.method == "REML")
        return new_outcomes(data.moments, data.centred, data.school, outcomes)
    counts = draw_counts(data.group, n_draws, rng)
    if scheme == "two-stage":
        return resampled_pupils(data.moments, data.centred, data.school, counts, rng)
    return resampled_schools(data.moments, data.by_school, counts)


def _residual_outcomes(
    data: _Data, n_draws: int, rng: np.random.Generator, *, reml: bool
) -> Floats:
    """Return outcomes in scaled units from drawn school and pupil residuals, (R, n)."""
    everyone = np.ones((1, data.moments.sizes.size))
    once = fit_replicates(resampled_schools(data.moments, data.by_school, everyone), reml=reml)
    b, ratio, pupil = once.coefficients[0], float(once.ratios[0]), float(once.pupil[0])
    v = np.append(-b, 1.0)
    left = data.moments.means @ v
    sizes = data.moments.sizes
    school = left * ratio * sizes / (1 + ratio * sizes)  # best linear predictions
    inside = data.centred @ v + (left - school)[data.school]
    school = _inflated(school, ratio * pupil)
    inside = _inflated(inside, pupil)
    fitted = (
        data.centred[:, -1]
        + data.moments.means[data.school, -1]
        - data.centred @ v
        - left[data.school]
    )
    drawn_school = rng.choice(school, size=(n_draws, school.size))
    drawn_pupil = rng.choice(inside, size=(n_draws, inside.size))
    return fitted + drawn_school[:, data.school] + drawn_pupil


def _inflated(residuals: Floats, variance: float) -> Floats:
    centred = residuals - residuals.mean()
    spread = float(np.mean(centred**2))
    return centred * np.sqrt(variance / spread) if spread > 0 else centred


def _fit(
    replicates: Replicates, data: _Data, arms: list[int], *, reml: bool
) -> tuple[Floats, Floats]:
    """Return estimates in the units of the outcome and headline effect sizes, both (R, k)."""
    fits = fit_replicates(replicates, reml=reml)
    intercept, y = data.moments.intercept or 0, data.moments.scale.size - 1
    empty: ReplicatedFits = fit_replicates(replicates.columns([intercept, y]), reml=reml)
    scaled = fits.coefficients[:, arms] / data.moments.scale[arms]
    total = np.sqrt(np.maximum(empty.pupil, 0.0) * (1 + empty.ratios))
    total[total == 0] = np.nan  # an outcome drawn constant
    return scaled * data.moments.scale[-1], scaled / total[:, None]


def _percentiles(estimates: Floats, sizes: Floats, request: Request, scheme: str) -> Bootstrap:
    kept = np.isfinite(estimates) & np.isfinite(sizes)
    if kept.sum() < 2:
        raise AnalysisError("no bootstrap replicate keeps every column of the model")
    ends = [(1 - request.level) / 2, (1 + request.level) / 2]
    low, high = np.quantile(estimates[kept], ends)
    size_low, size_high = np.quantile(sizes[kept], ends)
    return Bootstrap(
        draws=estimates.size,
        scheme=scheme,
        std_error=float(estimates[kept].std(ddof=1)),
        low=float(low),
        high=float(high),
        effect_size_low=float(size_low),
        effect_size_high=float(size_high),
        failed=int(np.sum(~kept)),
    )
