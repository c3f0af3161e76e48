"""Several outcomes, or arms, of one trial, with p-values that hold for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.analysed import Analysis
from analysis.coding.sample import complete_cases
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError
from analysis.inference.permutation import allocations_of
from analysis.inference.refitters import refitter
from analysis.inference.schemes import Allocations
from analysis.reporting.families import adjusted_p_values, westfall_young
from analysis.result import EffectResult
from analysis.sealed import SealedDraw


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One outcome in one arm: alone, and as one of the family."""

    outcome: str
    arm: str
    control: str
    estimate: float  # in the units of the outcome
    effect_size: float
    low: float | None  # of the effect size; for this hypothesis alone
    high: float | None
    p_value: float  # for this hypothesis alone
    adjusted_p_value: float
    n_pupils: int


@dataclass(frozen=True, slots=True)
class Family:
    """The hypotheses judged together, in the order asked."""

    method: str  # "holm", "hochberg", "westfall-young"
    hypotheses: tuple[Hypothesis, ...]
    draws: int | None  # of joint permutations
    scheme: str | None
    exact: bool | None  # whether the draws are all the allocations there are
    results: tuple[EffectResult, ...] = field(repr=False)  # of each outcome; not in ``to_dict``


def family_of(
    first: Analysis,
    outcomes: Sequence[str],
    method: str,
    *,
    n_draws: int,
    rng: np.random.Generator,
    sealed: SealedDraw | None,
) -> Family:
    """Analyse further ``outcomes`` as the first one, and adjust all p-values for one another.

    Westfall and Young's are of joint permutations within the design: each draw gives all outcomes
    the same allocation, also where pupils or schools lack one of them. Raises ``AnalysisError``
    without arms.
    """
    analyses = [first, *(first.again(outcome=name) for name in outcomes)]
    results = tuple(analysis.result for analysis in analyses)
    contrasts = [(result, c) for result in results for c in result.contrasts]
    if not contrasts:
        raise AnalysisError("a family is of effects; name the arm")
    draws, scheme, exact = None, None, None
    if method == "westfall-young":
        statistics, drawn = _joint(analyses, n_draws, rng, sealed)
        draws, scheme, exact = len(statistics) - 1, drawn.scheme, drawn.exact
        adjusted = westfall_young(statistics, exact=drawn.exact)
    else:
        adjusted = adjusted_p_values([c.p_value for _, c in contrasts], method)
    hypotheses = tuple(
        Hypothesis(
            result.outcome,
            c.arm,
            c.control,
            c.estimate,
            c.effect_sizes[0].value,
            c.effect_sizes[0].low,
            c.effect_sizes[0].high,
            c.p_value,
            float(value),
            result.n_pupils,
        )
        for (result, c), value in zip(contrasts, adjusted, strict=True)
    )
    return Family(method, hypotheses, draws, scheme, exact, results)


def _joint(
    analyses: Sequence[Analysis], n_draws: int, rng: np.random.Generator, sealed: SealedDraw | None
) -> tuple[Floats, Allocations]:
    """Return the statistics of every contrast, (1 + draws, m), the observed ones first."""
    first = analyses[0]
    everyone = dict(first.columns) | {first.request.outcome: np.zeros(first.rows.size)}
    bare = replace(first.request, covariates=(), slope=None, subgroups=())
    roster = complete_cases(everyone, bare, rows=first.rows)
    allocations, roster_unit = allocations_of(roster, bare, n_draws, rng, sealed)
    place = np.cumsum(roster.kept) - 1  # of each pupil of the file on the roster
    found = []
    for analysis in analyses:
        sample = analysis.sample
        unit = roster_unit[place[sample.kept]]
        request = analysis.request
        refit = refitter(sample, analysis.terms, request, allocations.codes, unit)
        found.append(refit(0.0, 0))
    return np.hstack(found), allocations
