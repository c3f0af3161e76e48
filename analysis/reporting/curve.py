"""A panel of models side by side: does the effect depend on how it was estimated?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.analysed import Analysis
from analysis.errors import AnalysisError
from analysis.request import Request

CLUSTERED = "least squares, CR2"


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
    planned: Analysis, extra_covariates: Sequence[str] = ()
) -> tuple[Specification, ...]:
    """Return the planned analysis and its alternatives, one row per model and arm.

    Alternatives: without covariates, with extra ones, without strata, maximum likelihood, school
    dummies and slopes where arms lie inside schools, and least squares clustered by school (CR2).
    All are divided by the planned analysis' deviation.
    """
    deviation = planned.result.unconditional.deviation
    found = _rows("planned", planned, deviation)
    for name, change in _alternatives(planned.request, extra_covariates).items():
        try:
            found += _rows(name, planned.again(**change), deviation)
        except AnalysisError as refusal:
            found.append(_refused(name, refusal))
    try:
        found += _clustered(planned, deviation)
    except AnalysisError as refusal:
        found.append(_refused(CLUSTERED, refusal))
    return tuple(found)


def _alternatives(request: Request, extra: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    covariates, design = tuple(request.covariates), request.design
    if covariates:
        found["no covariates"] = {"covariates": (), "slope": None}
    if extra:
        found["extra covariates"] = {"covariates": (*covariates, *extra)}
    if request.strata:
        found["no strata"] = {"strata": ()}
    if design != "fixed-effects" and request.method != "ML":
        found["maximum likelihood"] = {"method": "ML", "df": None}
    for other in ("multisite", "multisite-slope", "fixed-effects"):
        if design != "cluster" and design != other:
            found[f"design {other}"] = {
                "design": other,
                "slope": None,
                "klass": None if other != "multisite" else request.klass,
                "df": None,
            }
    return found


def _refused(name: str, refusal: AnalysisError) -> Specification:
    return Specification(name, "", None, None, None, None, 0, str(refusal))


def _rows(name: str, analysis: Analysis, deviation: float) -> list[Specification]:
    return [
        Specification(
            name,
            c.arm,
            c.estimate / deviation,
            c.low / deviation,
            c.high / deviation,
            c.p_value,
            analysis.result.n_pupils,
            None,
        )
        for c in analysis.result.contrasts
    ]


def _clustered(planned: Analysis, deviation: float) -> list[Specification]:
    from analysis.reporting.robust import robust_contrasts

    found, _ = robust_contrasts(planned)
    return [
        Specification(
            CLUSTERED,
            contrast.arm,
            fit.estimate / deviation,
            fit.low / deviation,
            fit.high / deviation,
            fit.p_value,
            planned.result.n_pupils,
            None,
        )
        for contrast, fit in zip(planned.result.contrasts, found, strict=True)
    ]
