"""What a design would do with this roster, before anything is frozen.

A rehearsal tells what is possible and likely. It holds no allocation and cannot pass for a draw.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from randomisation.chances import bound_units, chances
from randomisation.design import Design
from randomisation.enumeration import Support, support
from randomisation.errors import DesignError
from randomisation.redrawing import distances_by_arm, redraw


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The consequences of a design for one roster."""

    possible: Support  # before acceptance
    too_small: tuple[int, ...]  # numbers of the blocks with fewer units than arms
    never_together: tuple[tuple[int, int], ...]  # pairs of units that never share an arm
    always_together: tuple[tuple[int, int], ...]
    how: str  # how the last two are known: "exact", "enumerated" or "simulated"
    variance_left: float | None  # of differences in the covariates; 1 is complete randomisation

    def detectable_factor(self, r_squared: float) -> float:
        """Return by what the design multiplies the detectable effect of an unadjusted comparison.

        ``r_squared`` is the share of the outcome's variance between units that the covariates
        explain: Morgan & Rubin (2012), section 3. Analyses that adjust for them gain less.
        """
        if self.variance_left is None or not 0 <= r_squared <= 1:
            raise DesignError("a factor needs covariates and a share between 0 and 1")
        return sqrt(1 - (1 - self.variance_left) * r_squared)


def rehearse(
    design: Design,
    rng: np.random.Generator,
    *,
    covariates: NDArray[np.float64] | None = None,
    n_draws: int = 2_000,
) -> Rehearsal:
    """Tell what a design allows. ``covariates`` has shape (n_units, n_covariates), none missing.

    To compare blocked with paired and re-randomised, rehearse each with the same covariates.
    """
    drawn = redraw(design, n_draws, rng)
    known = chances(design, rng, drawn=drawn)
    never, always = bound_units(known.same)
    return Rehearsal(
        possible=support(design),
        too_small=tuple(
            number
            for number, members in enumerate(design.blocks)
            if members.size < len(design.arms)
        ),
        never_together=tuple(never),
        always_together=tuple(always),
        how=known.how,
        variance_left=None if covariates is None else variance_left(design, covariates, drawn),
    )


def variance_left(
    design: Design, covariates: NDArray[np.float64], drawn: NDArray[np.int8]
) -> float:
    """Return the variance of arm differences in the covariates, as a share of complete draws.

    ``drawn`` holds redraws, shape (n_draws, n_units). Under complete randomisation the mean of M is
    the number of covariates, so the share is the mean of M over redraws divided by that number.
    """
    found = distances_by_arm(covariates, drawn, len(design.arms))
    return float(found[np.isfinite(found)].mean() / covariates.shape[1])
