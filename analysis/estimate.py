"""``estimate_effect``: the analysis of one outcome, from a frame to a frozen result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.additions import Analysis
from analysis.arms import FEW_SCHOOLS, check_arms
from analysis.coding.pupils import duplicated_pupils
from analysis.coding.sample import Sample, complete_cases
from analysis.coding.terms import Term
from analysis.contrasts import contrasts
from analysis.fitted import Fitted
from analysis.models import covariate_shares, design_terms, fit_model, fit_unconditional
from analysis.request import Request
from analysis.result import EffectResult
from analysis.sealed import SealedDraw
from analysis.version import VERSION

Column = str | Sequence[Any]
DEFAULT_SEED = 20_260_301  # so that the same question gets the same answer


def estimate_effect(
    frame: Mapping[str, Any] | None = None,
    *,
    outcome: Column,
    school: Column,
    arm: Column | None = None,
    klass: Column | None = None,
    covariates: Sequence[str] | Mapping[str, Sequence[Any]] = (),
    strata: Sequence[str] | Mapping[str, Sequence[Any]] = (),
    control: str | None = None,
    categorical: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    missing: Sequence[str] = (),
    slope: str | None = None,
    subgroups: Sequence[str] = (),
    dose: str | None = None,
    threshold: float | None = None,
    design: str = "cluster",
    method: str = "REML",
    df: str | None = None,
    level: float = 0.95,
    syntax: str | None = None,
    profile: bool = False,
    posterior: str | None = None,
    permutations: int = 0,
    bootstrap: int = 0,
    bootstrap_scheme: str = "schools",
    sealed: SealedDraw | None = None,
    seed: int | None = None,
    rows: Sequence[int] | None = None,
    data_sha256: str | None = None,
) -> EffectResult:
    """Estimate the effect of each arm on ``outcome``; without ``arm``, the model alone.

    Columns are names in ``frame`` (a data frame or a mapping of arrays), or arrays of shape (n,);
    ``covariates`` and ``strata`` are names, or a mapping of names to arrays. Text becomes dummies,
    an empty cell is missing, and incomplete pupils are left out and counted. The effect is in the
    units of the outcome; effect sizes are in standard deviations of the empty model. ``rows``
    holds the row numbers to use in messages, 1 to n unless given; ``syntax`` is the name of the
    file that code for other programs should read. Raises ``AnalysisError``.
    """
    columns: dict[str, Any] = {} if frame is None else {str(k): frame[k] for k in frame}

    def named(role: str, column: Column) -> str:
        if isinstance(column, str):
            return column
        columns[role] = column
        return role

    def all_named(group: Sequence[str] | Mapping[str, Sequence[Any]]) -> tuple[str, ...]:
        if isinstance(group, Mapping):
            columns.update(group)
        return tuple(group)

    request = Request(
        outcome=named("outcome", outcome),
        school=named("school", school),
        arm=None if arm is None else named("arm", arm),
        klass=None if klass is None else named("class", klass),
        covariates=all_named(covariates),
        strata=all_named(strata),
        control=control,
        categorical=tuple(categorical),
        references=dict(references or {}),
        missing=tuple(missing),
        slope=slope,
        subgroups=tuple(subgroups),
        dose=dose,
        threshold=threshold,
        design=design,
        method=method.upper(),
        df=df,
        level=level,
    )
    n = len(columns[request.outcome]) if request.outcome in columns else 0
    numbers = np.arange(1, n + 1) if rows is None else np.asarray(rows)
    sample = complete_cases(columns, request, rows=numbers)
    doubts = duplicated_pupils(columns, request, numbers)
    analysis = Analysis(sample, *analyse(sample, request, data_sha256=data_sha256), request)
    seed = DEFAULT_SEED if seed is None else seed
    result = replace(analysis.result, warnings=(*doubts, *analysis.result.warnings))
    if dose is not None:
        result = analysis.with_compliers(result)
    if subgroups:
        result = analysis.with_subgroups(result)
    if syntax is not None:
        result = analysis.with_syntax(result, syntax)
    if profile:
        result = analysis.with_profile(result)
    if posterior is not None:
        result = analysis.with_posterior(result, posterior)
    if permutations:
        result = analysis.with_permutations(result, permutations, seed, sealed)
    if bootstrap:
        result = analysis.with_bootstrap(result, bootstrap, seed, bootstrap_scheme)
    return result


def analyse(
    sample: Sample, request: Request, *, data_sha256: str | None = None
) -> tuple[EffectResult, list[Term]]:
    """Analyse complete cases as ``request`` asks."""
    check_arms(sample, request.design)
    terms = design_terms(sample, request)
    fitted = fit_model(sample, terms, request)
    empty = fit_unconditional(sample, request)
    result = EffectResult(
        outcome=request.outcome,
        design=request.design,
        version=VERSION,
        data_sha256=data_sha256,
        n_pupils=sample.outcome.size,
        n_schools=len(sample.school.levels),
        dropped=sample.dropped,
        model=fitted.model,
        unconditional=empty,
        covariate_icc=covariate_shares(sample, request),
        contrasts=contrasts(sample, fitted, empty, request),
        warnings=tuple(warnings(sample, fitted, request)),
        level=request.level,
    )
    return result, terms


def warnings(sample: Sample, fitted: Fitted, request: Request) -> list[str]:
    """Return what a reader must know before the numbers, one sentence each."""
    found = list(fitted.warnings)
    if len(sample.school.levels) < FEW_SCHOOLS:
        found.append(
            f"There are only {len(sample.school.levels)} schools; "
            "the variance between schools is hardly known."
        )
    return found
