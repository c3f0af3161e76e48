"""A threshold for re-randomisation from the share of allocations to accept (section 5)."""

from decimal import Decimal

import numpy as np

from randomisation.design import Design
from randomisation.differences import distances_of, normal_differences
from randomisation.enumeration import counted
from randomisation.errors import DesignError
from randomisation.redrawing import candidates, distances

FEWEST = 100  # allocations that must be left to draw from
SIMULATED = 20_000  # candidates behind the threshold of three arms or more


def propose_threshold(design: Design, acceptance: float) -> str:
    """Return the threshold of M that about this share of allocations meets, six digits.

    For two arms the chi-square quantile (Morgan & Rubin 2012); for more, a simulated one. The
    design carries its covariates in ``balance``; the threshold there is not looked at.
    """
    if not 0 < acceptance < 1:
        raise DesignError(
            "the share of allocations to accept is {share}; it must lie between 0 and 1",
            share=acceptance,
        )
    if design.balance is None:
        raise DesignError("re-randomisation needs at least one covariate")
    check_enough(design, acceptance)
    if len(design.arms) == 2:
        half = design.balance.covariates.shape[1] / 2
        from scipy.special import gammaincinv  # slow to import, and rarely needed

        threshold = 2 * float(gammaincinv(half, acceptance))
    else:
        threshold = _simulated(design, acceptance)
    return format(Decimal(f"{threshold:.6g}"), "f")


def rehearsed_threshold(
    design: Design, acceptance: float, rng: np.random.Generator, most_words: int
) -> float:
    """Return about the same threshold with bounded work: for three arms from normal differences."""
    if design.balance is None or len(design.arms) == 2:
        return float(propose_threshold(design, acceptance))
    check_enough(design, acceptance)
    covariates, n_draws = design.balance.covariates, max(FEWEST, most_words // design.n_words)
    normal, _ = normal_differences(design, covariates, rng, n_draws)
    return float(np.quantile(distances_of(design, covariates, normal).max(axis=1), acceptance))


def check_enough(design: Design, acceptance: float) -> None:
    """Refuse a share of allocations so small that the draw would hardly be one.

    Raises DesignError when fewer than a hundred allocations would be left.
    """
    possible = counted(design)
    if possible.exact and possible.count * acceptance < FEWEST:
        raise DesignError(
            "{share} of {count} allocations is about {left}, and at least {fewest} must be left; "
            "accept a larger share, or balance less",
            share=acceptance,
            count=possible.count,
            left=round(possible.count * acceptance),
            fewest=FEWEST,
        )


def _simulated(design: Design, acceptance: float) -> float:
    assert design.balance is not None
    rng = np.random.default_rng(12631263)
    found = [
        distances(design.balance, arm, len(design.arms))
        for arm in candidates(design, SIMULATED, rng)
    ]
    return float(np.quantile(np.concatenate(found), acceptance))
