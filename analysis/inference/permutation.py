"""Randomisation inference: the planned statistic over allocations that could have been drawn."""

from collections.abc import Sequence

import numpy as np

from analysis.coding.columns import Labels
from analysis.coding.sample import Sample
from analysis.coding.terms import Term
from analysis.engine.arrays import Floats, Ints
from analysis.errors import AnalysisError
from analysis.inference.refitters import Refitter, refitted_at_once, refitter
from analysis.inference.schemes import Allocations, match_units, permuted_labels
from analysis.inference.waves import redrawn_waves
from analysis.parts import Permutation
from analysis.request import Request
from analysis.sealed import SealedDraw

TIES = 1e-9  # relative difference below which two statistics are the same
AGREEMENT = 1e-6  # between the batched refit of the observed arms and the model's own fit
HALVINGS = 11
ONE_BY_ONE = 2_000  # allocations above which models without batched refits are refused


def permutation_tests(
    sample: Sample,
    terms: Sequence[Term],
    request: Request,
    fitted: Sequence[tuple[float, float]],
    *,
    n_draws: int,
    rng: np.random.Generator,
    sealed: SealedDraw | None = None,
    interval: bool = True,
) -> list[Permutation]:
    """Return one test per contrast, in the order of ``fitted``: (estimate, model standard error).

    The statistic is the contrast over its model standard error, refitted for each allocation; the
    p-value is (1 + exceeding) / (1 + draws), or exact where all allocations are enumerated. The
    interval holds the effects that the same test does not reject. Raises ``AnalysisError`` for a
    receipt of another draw and for more draws than one-by-one refits allow.
    """
    allocations, unit = allocations_of(sample, request, n_draws, rng, sealed)
    statistic = refitter(sample, terms, request, allocations.codes, unit)
    found = statistic(0.0, 0)
    for k, (estimate, std_error) in enumerate(fitted):
        expected = estimate / std_error
        if not abs(found[0, k] - expected) <= AGREEMENT * (1 + abs(expected)):
            raise AnalysisError(
                "the refits do not reproduce the model; no permutation test is given"
            )
    inverts, alpha = interval and refitted_at_once(request), 1 - request.level
    return [
        _one_test(k, allocations, statistic, found[:, k], fit, alpha, inverts)
        for k, fit in enumerate(fitted)
    ]


def allocations_of(
    sample: Sample,
    request: Request,
    n_draws: int,
    rng: np.random.Generator,
    sealed: SealedDraw | None,
) -> tuple[Allocations, Ints]:
    """Return the allocations of units, the observed first, and each pupil's unit, (n_pupils,).

    Raises ``AnalysisError`` for a receipt of another draw and for too many draws.
    """
    if sample.arm is None:
        raise AnalysisError("a permutation test needs an arm")
    if not refitted_at_once(request) and n_draws > ONE_BY_ONE:
        raise AnalysisError(
            "this model is refitted one allocation at a time; ask for at most {most}",
            most=ONE_BY_ONE,
        )
    units, block = _units(sample, request, sealed)
    arm = np.empty(len(units.levels), dtype=np.intp)
    arm[units.codes] = sample.arm.codes
    if np.any(arm[units.codes] != sample.arm.codes):
        raise AnalysisError(
            "units of the draw have pupils in two arms; the draw was of other units"
        )
    if sealed is None:
        drawn = permuted_labels(arm, block, n_draws, rng)
    else:
        drawn = _from_receipt(sealed, sample.arm, units, n_draws, rng)
    codes = np.concatenate([arm[None].astype(np.int8), drawn.codes])
    return Allocations(codes, drawn.scheme, drawn.exact), units.codes


def _units(sample: Sample, request: Request, sealed: SealedDraw | None) -> tuple[Labels, Ints]:
    """Return the units of allocation and the block of each."""
    if request.design == "cluster":
        units = sample.school
    elif sealed is not None and sample.klass is not None:
        units = sample.klass
    elif sealed is not None:
        raise AnalysisError(
            "this receipt's units are inside schools; name their column as the class"
        )
    else:
        n = sample.outcome.size
        units = Labels("pupil", np.arange(n), tuple(str(k) for k in range(n)))
    block = np.zeros(len(units.levels), dtype=np.intp)
    if request.design != "cluster":
        block[units.codes] = sample.school.codes
    if sample.stratum is not None:
        stratum = np.empty(len(units.levels), dtype=np.intp)
        stratum[units.codes] = sample.stratum.codes
        block = block * len(sample.stratum.levels) + stratum
    return units, block


def _from_receipt(
    sealed: SealedDraw,
    arm: Labels,
    units: Labels,
    n_draws: int,
    rng: np.random.Generator,
) -> Allocations:
    _check_arms(sealed.arms, arm)
    place = match_units(sealed.units, units.levels)
    first = np.unique(units.codes, return_index=True)[1]
    for unit, pupil in zip(units.levels, first, strict=True):
        if sealed.allocation[unit] != arm.levels[arm.codes[pupil]]:
            raise AnalysisError(
                "{unit} has arm {found} in the data and {drawn} in the receipt; "
                "an effect is estimated by the arms as they were drawn",
                unit=unit,
                found=arm.levels[arm.codes[pupil]],
                drawn=sealed.allocation[unit],
            )
    to_sample = np.array([arm.levels.index(label) for label in sealed.arms], dtype=np.int8)
    drawn = redrawn_waves(sealed, n_draws, rng)
    return Allocations(to_sample[drawn.codes[:, place]], drawn.scheme, drawn.exact)


def _check_arms(drawn: Sequence[str], arm: Labels) -> None:
    """Refuse data with other arms than were drawn."""
    missing = [label for label in arm.levels if label not in drawn]
    if missing:
        raise AnalysisError(
            "the receipt has no arm {arm}; its arms are {arms}",
            arm=missing[0],
            arms=", ".join(drawn),
        )
    absent = [label for label in drawn if label not in arm.levels]
    if absent:  # units drawn into it would be counted as control
        raise AnalysisError(
            "the receipt drew arm {arm} too, of which nobody is analysed; such a draw is repeated "
            "with the pupils of every arm in the file",
            arm=absent[0],
        )


def _one_test(
    contrast: int,
    allocations: Allocations,
    statistic: Refitter,
    found: Floats,
    fit: tuple[float, float],
    alpha: float,
    inverts: bool,
) -> Permutation:
    low: float | None = None
    high: float | None = None
    if inverts:
        low, high = (
            _edge(side, contrast, allocations, statistic, fit, alpha) for side in (-1.0, 1.0)
        )
    return Permutation(
        draws=len(found) - 1,
        p_value=_p_value(found, exact=allocations.exact),
        scheme=allocations.scheme,
        exact=allocations.exact,
        low=low,
        high=high,
        statistics=found,
    )


def _p_value(found: Floats, *, exact: bool) -> float:
    """Return the p-value; the observed statistic comes first, a refit without one counts against.

    Where the allocations are all there are, the observed one is among them once more.
    """
    beyond = ~(np.abs(found) < abs(found[0]) * (1 - TIES))
    if exact:
        return float(np.mean(beyond[1:]))
    return float(np.mean(beyond))


def _edge(
    side: float,
    contrast: int,
    allocations: Allocations,
    statistic: Refitter,
    fit: tuple[float, float],
    alpha: float,
) -> float | None:
    """Return the effect farthest to one side that the test does not reject, if it rejects any."""
    estimate, std_error = fit

    def rejected(distance: float) -> bool:
        found = statistic(estimate + side * distance * std_error, contrast)[:, contrast]
        return _p_value(found, exact=allocations.exact) <= alpha

    outside = 3.0
    while not rejected(outside):
        outside *= 2
        if outside > 50:
            return None
    inside = 0.0 if outside == 3.0 else outside / 2
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
    return float(estimate + side * (inside + outside) / 2 * std_error)
