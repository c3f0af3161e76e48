"""``estimate_effect``: the analysis of one outcome, from a frame to a frozen result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.additions import Additions
from analysis.analysed import analyse
from analysis.coding.pupils import duplicated_pupils
from analysis.extras import Extras
from analysis.finite import checked
from analysis.request import Request
from analysis.result import EffectResult
from analysis.sealed import SealedDraw
from analysis.surroundings import Surroundings, comparable

if TYPE_CHECKING:
    from analysis.reporting.opening import DataFile

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
    syntax: "str | DataFile | None" = None,
    profile: bool = False,
    posterior: str | None = None,
    effect_prior: tuple[float, float] | None = None,
    permutations: int = 0,
    bootstrap: int = 0,
    bootstrap_scheme: str = "schools",
    sealed: SealedDraw | None = None,
    seed: int | None = None,
    extras: Extras | None = None,
    rows: Sequence[int] | None = None,
    data_sha256: str | None = None,
) -> EffectResult:
    """Estimate the effect of each arm on ``outcome``; without ``arm``, the model alone.

    Columns are names in ``frame`` (a data frame or a mapping of arrays), or arrays of shape (n,);
    ``covariates`` and ``strata`` are names, or a mapping of names to arrays. Text becomes dummies,
    an empty cell is missing, and incomplete pupils are left out and counted. The effect is in the
    units of the outcome; effect sizes are in standard deviations of the empty model. ``extras`` say
    what is reported around the estimate: missing data by rule, families of outcomes, balance,
    attrition, and so on. ``posterior`` names a prior on the variance between schools, and
    ``effect_prior`` gives the mean and deviation of a normal one on the effect size. ``rows`` holds
    the row numbers to use in messages, 1 to n unless given; ``syntax`` is the file that code for
    other programs should read, or its name. Raises ``AnalysisError``.
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
    extras = extras or Extras()
    n = len(columns[request.outcome]) if request.outcome in columns else 0
    numbers = np.arange(1, n + 1) if rows is None else np.asarray(rows)
    doubts = duplicated_pupils(columns, request, numbers)
    columns, instruments = comparable(columns, request, extras, numbers)
    analysis = analyse(columns, request, numbers, data_sha256=data_sha256)
    seed = DEFAULT_SEED if seed is None else seed
    add, result = Additions(analysis), analysis.result
    result = replace(result, warnings=(*doubts, *result.warnings))
    if dose is not None:
        result = add.with_compliers(result)
    if subgroups:
        result = add.with_subgroups(result)
    if syntax is not None:
        result = add.with_syntax(result, syntax)
    if profile:
        result = add.with_profile(result)
    if posterior is not None or effect_prior is not None:
        result = add.with_posterior(result, posterior or "uniform-icc", effect_prior)
    if permutations:
        result = add.with_permutations(result, permutations, seed, sealed)
    if bootstrap:
        result = add.with_bootstrap(result, bootstrap, seed, bootstrap_scheme)
    around = Surroundings(analysis, extras, seed, sealed, permutations)
    if instruments:
        result = around.with_instruments(result, instruments)
    return checked(around.added_to(result))
