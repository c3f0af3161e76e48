"""What a design would do with this roster, before anything is frozen.

A rehearsal tells what is possible and likely. It holds no allocation and cannot pass for a draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from randomisation.chances import MOST_EXACT, bound_units, chance_apart, chances, never_together
from randomisation.design import Design
from randomisation.differences import Expected, distances_of, expected_differences
from randomisation.enumeration import MOST_ALLOCATIONS, Support, counted
from randomisation.errors import DesignError


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The consequences of a design for one roster."""

    possible: Support  # before acceptance
    share: float  # of these that a balance rule accepts; 1 without one
    too_small: tuple[int, ...]  # numbers of the blocks with fewer units than arms
    never_together: tuple[tuple[int, int], ...]  # pairs of units that never share an arm
    always_together: tuple[tuple[int, int], ...]
    how: str  # how these are known: "exact", "enumerated", "simulated" or "before acceptance"
    apart: tuple[float, ...]  # chance of each group of units not to land in one arm
    n_draws: int  # redraws behind what is simulated
    variance_left: float | None  # of differences in the covariates; 1 is complete randomisation
    spreads: tuple[float, ...]  # standard deviation of each covariate's standardised difference

    @property
    def smallest_p(self) -> float:
        """The smallest one-sided p-value of a randomisation test, at most."""
        return min(1.0, float(self.possible.smallest) / self.share)

    def detectable_factor(self, r_squared: float) -> float:
        """Return by what the design multiplies the detectable effect of an unadjusted comparison.

        ``r_squared`` is the share of the outcome's variance between units that the covariates
        explain: Morgan & Rubin (2012), section 3. Analyses that adjust for them gain less.
        """
        if self.variance_left is None or not 0 <= r_squared <= 1:
            raise DesignError("a factor needs covariates and a share between 0 and 1")
        return sqrt(max(0.0, 1 - (1 - self.variance_left) * r_squared))


def rehearse(
    design: Design,
    rng: np.random.Generator,
    *,
    covariates: NDArray[np.float64] | None = None,
    groups: Sequence[Sequence[int]] = (),
    n_draws: int = 2_000,
    most_words: int = 20_000_000,
) -> Rehearsal:
    """Tell what a design allows. ``covariates`` has shape (n_units, n_covariates), none missing.

    To compare blocked with paired and re-randomised, rehearse each with the same covariates.
    ``groups`` are units that had better share an arm; ``most_words`` bounds the work, with a
    hundred redraws at least.
    """
    seen = (
        np.arange(design.n_units, dtype=np.float64)[:, None] if covariates is None else covariates
    )
    expected = expected_differences(design, seen, rng, n_draws=n_draws, most_words=most_words)
    possible = counted(design)
    never, always, how = _bound(design, possible, expected, rng)
    return Rehearsal(
        possible=possible,
        share=expected.share,
        too_small=tuple(
            number
            for number, members in enumerate(design.blocks)
            if members.size < len(design.arms)
        ),
        never_together=tuple(never),
        always_together=tuple(always),
        how=how,
        apart=tuple(chance_apart(design, units, expected.drawn) for units in groups),
        n_draws=len(expected.drawn),
        variance_left=None
        if covariates is None
        else variance_left(design, covariates, expected.values),
        spreads=()
        if covariates is None
        else tuple(np.nanstd(expected.values, axis=0).max(axis=0).tolist()),
    )


def variance_left(
    design: Design, covariates: NDArray[np.float64], differences: NDArray[np.float64]
) -> float:
    """Return the variance of arm differences in the covariates, as a share of complete draws.

    ``differences`` are standardised, shape (n, n_arms - 1, n_covariates). Under complete
    randomisation the mean of M is the number of covariates, so the share is the mean of M divided
    by that number.
    """
    found = distances_of(design, covariates, differences)
    return float(np.nanmean(found) / covariates.shape[1])


def _bound(
    design: Design, possible: Support, expected: Expected, rng: np.random.Generator
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], str]:
    """Return the pairs never and always in one arm, and how that is known."""
    if design.balance is None:
        return never_together(design), [], "exact"
    listed = possible.exact and possible.count <= MOST_ALLOCATIONS
    if listed or (expected.how == "redrawn" and design.n_units <= MOST_EXACT):
        known = chances(design, rng, drawn=expected.drawn)
        return *bound_units(known.same), known.how
    return never_together(design), [], "before acceptance"
