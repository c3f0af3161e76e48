"""Several outcomes, or arms, of one cluster trial, tested together within its design."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.coding.sample import complete_cases
from analysis.errors import AnalysisError
from analysis.estimate import DEFAULT_SEED, analyse
from analysis.inference.permutation import allocations_of
from analysis.inference.refitters import refitter
from analysis.inference.schemes import match_units
from analysis.reporting.families import adjusted_p_values, westfall_young
from analysis.request import Request
from analysis.result import EffectResult
from analysis.sealed import SealedDraw


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One outcome in one arm, with p-values for it alone and for the family."""

    outcome: str
    arm: str
    p_value: float
    holm: float
    hochberg: float
    westfall_young: float


@dataclass(frozen=True, slots=True)
class Family:
    """The analyses and the hypotheses they hold, in the order asked."""

    results: tuple[EffectResult, ...]
    hypotheses: tuple[Hypothesis, ...]
    draws: int
    scheme: str


def estimate_family(
    frame: Mapping[str, Any],
    *,
    outcomes: Sequence[str],
    school: str,
    arm: str,
    n_draws: int = 1_000,
    seed: int = DEFAULT_SEED,
    sealed: SealedDraw | None = None,
    **options: Any,
) -> Family:
    """Estimate every outcome of a cluster trial and adjust their p-values for one another.

    ``options`` are those of ``Request``. Each draw gives all outcomes the same allocation of
    schools, also where pupils lack one of them.
    """
    columns = {str(name): frame[name] for name in frame}
    rows = np.arange(1, len(columns[school]) + 1) if school in columns else np.arange(0)
    asked = [Request(outcome=name, school=school, arm=arm, **options) for name in outcomes]
    if not asked or any(request.design != "cluster" for request in asked):
        raise AnalysisError("a family is of one or more outcomes of a cluster design")
    samples = [complete_cases(columns, request, rows=rows) for request in asked]
    everyone = dict(columns) | {outcomes[0]: np.zeros(rows.size)}
    roster = complete_cases(everyone, replace(asked[0], covariates=()), rows=rows)
    rng = np.random.default_rng(seed)
    allocations, _ = allocations_of(roster, asked[0], n_draws, rng, sealed)
    results, statistics = [], []
    for sample, request in zip(samples, asked, strict=True):
        result, terms = analyse(sample, request)
        codes = allocations.codes[:, match_units(roster.school.levels, sample.school.levels)]
        results.append(result)
        statistics.append(refitter(sample, terms, request, codes, sample.school.codes)(0.0, 0))
    contrasts = [(r.outcome, c) for r in results for c in r.contrasts]
    joint = westfall_young(np.hstack(statistics))
    single = [contrast.p_value for _, contrast in contrasts]
    holm, hochberg = adjusted_p_values(single, "holm"), adjusted_p_values(single, "hochberg")
    hypotheses = tuple(
        Hypothesis(outcome, c.arm, c.p_value, float(a), float(b), float(w))
        for (outcome, c), a, b, w in zip(contrasts, holm, hochberg, joint, strict=True)
    )
    return Family(tuple(results), hypotheses, len(allocations.codes) - 1, allocations.scheme)
