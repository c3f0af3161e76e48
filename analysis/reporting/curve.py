"""A panel of models side by side: does the effect depend on how it was estimated?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coding.sample import complete_cases
from analysis.distributions import infer
from analysis.errors import AnalysisError
from analysis.estimate import estimate_effect
from analysis.inference.cluster_robust import cluster_robust
from analysis.models import design_terms
from analysis.request import Request


@dataclass(frozen=True, slots=True)
class Specification:
    """One way to estimate the effect of one arm, in standard deviations of the planned analysis."""

    name: str
    arm: str
    effect_size: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n_pupils: int
    refused: str | None  # why there is no estimate


def specification_curve(
    frame: Mapping[str, Any],
    *,
    extra_covariates: Sequence[str] = (),
    **planned: Any,
) -> tuple[Specification, ...]:
    """Return the planned analysis and its alternatives, one row per model and arm.

    ``planned`` is what ``estimate_effect`` was asked. Alternatives: without covariates, with extra
    ones, without strata, maximum likelihood, school dummies where arms lie inside schools, and
    least squares clustered by school (CR2). All are divided by the planned analysis' deviation.
    """
    first = estimate_effect(frame, **planned)
    deviation = float(np.sqrt(sum(first.unconditional.variances.values())))
    found = _rows("planned", frame, planned, deviation)
    for name, change in _alternatives(planned, extra_covariates).items():
        found += _rows(name, frame, dict(planned) | change, deviation)
    if planned.get("design", "cluster") in ("cluster", "multisite"):
        found += _clustered(frame, planned, deviation)
    return tuple(found)


def _alternatives(planned: Mapping[str, Any], extra: Sequence[str]) -> dict[str, dict[str, Any]]:
    covariates = tuple(planned.get("covariates", ()))
    found: dict[str, dict[str, Any]] = {}
    if covariates:
        found["no covariates"] = {"covariates": (), "slope": None}
    if extra:
        found["extra covariates"] = {"covariates": (*covariates, *extra)}
    if planned.get("strata"):
        found["no strata"] = {"strata": ()}
    design = planned.get("design", "cluster")
    if design != "fixed-effects":
        found["maximum likelihood"] = {"method": "ML", "df": None}
    for other in ("multisite", "multisite-slope", "fixed-effects"):
        if design != "cluster" and design != other:
            found[f"design {other}"] = {"design": other, "slope": None, "df": None}
    return found


def _rows(
    name: str, frame: Mapping[str, Any], asked: Mapping[str, Any], deviation: float
) -> list[Specification]:
    try:
        result = estimate_effect(frame, **asked)
    except AnalysisError as refusal:
        return [Specification(name, "", None, None, None, None, 0, str(refusal))]
    return [
        Specification(
            name,
            c.arm,
            c.estimate / deviation,
            c.low / deviation,
            c.high / deviation,
            c.p_value,
            result.n_pupils,
            None,
        )
        for c in result.contrasts
    ]


def _clustered(
    frame: Mapping[str, Any], planned: Mapping[str, Any], deviation: float
) -> list[Specification]:
    fields = Request.__dataclass_fields__
    request = Request(**{name: value for name, value in planned.items() if name in fields})
    columns = {str(name): frame[name] for name in frame}
    rows = np.arange(1, len(columns[request.outcome]) + 1)
    sample = complete_cases(columns, request, rows=rows)
    terms = design_terms(sample, request)
    fit = cluster_robust(
        sample.outcome, np.column_stack([t.values for t in terms]), sample.school.codes
    )
    found = []
    levels = [x for x in sample.arm.levels if x != sample.control] if sample.arm else []
    for k, level in enumerate(levels, start=1):
        judged = infer(
            float(fit.coefficients[k]),
            float(fit.std_errors[k]),
            df=float(fit.df[k]),
            df_method="satterthwaite",
            level=request.level,
        )
        found.append(
            Specification(
                "least squares, CR2",
                level,
                float(fit.coefficients[k]) / deviation,
                judged.low / deviation,
                judged.high / deviation,
                judged.p_value,
                sample.outcome.size,
                None,
            )
        )
    return found
