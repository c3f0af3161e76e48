"""How alike the arms are: standardised differences, drawn and to be expected.

No significance tests: whatever differs between arms that were drawn differs by chance.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from randomisation.design import Design
from randomisation.errors import DesignError
from randomisation.redrawing import redraw


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One covariate and one arm against control, in standard deviations over all units."""

    covariate: str
    arm: str
    missing: int  # units without a value, left out of both means
    spread: float  # standard deviation of the difference over all allocations
    one_in_twenty: float  # the absolute difference that one allocation in twenty exceeds
    difference: float | None = None  # of the drawn allocation; None before the draw

    def to_dict(self) -> dict[str, str | int | float | None]:
        """Return JSON-ready values, unrounded."""
        return asdict(self)


def balance(
    design: Design,
    names: Sequence[str],
    covariates: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    arm: NDArray[np.int8] | None = None,
    n_draws: int = 2_000,
) -> tuple[BalanceRow, ...]:
    """Return a row per covariate and arm; with ``arm`` also what the draw brought.

    ``covariates`` has shape (n_units, n_covariates), NaN where a value is missing; ``arm`` holds
    the drawn codes, shape (n_units,). The spread comes from ``n_draws`` redraws by the same rule.
    """
    redrawn = standardised_differences(covariates, redraw(design, n_draws, rng), len(design.arms))
    drawn = (
        None
        if arm is None
        else standardised_differences(covariates, arm[None, :], len(design.arms))[0]
    )
    return tuple(
        BalanceRow(
            covariate=name,
            arm=label,
            missing=int(np.isnan(covariates[:, column]).sum()),
            spread=float(np.nanstd(redrawn[:, code, column])),
            one_in_twenty=float(np.nanquantile(np.abs(redrawn[:, code, column]), 0.95)),
            difference=None if drawn is None else float(drawn[code, column]),
        )
        for column, name in enumerate(names)
        for code, label in enumerate(design.arms[1:])
    )


def standardised_differences(
    covariates: NDArray[np.float64], arm: NDArray[np.int8], n_arms: int
) -> NDArray[np.float64]:
    """Return arm mean minus control mean over the standard deviation of all units.

    Shape (n_draws, n_arms - 1, n_covariates) for arm codes of shape (n_draws, n_units). NaN where
    an arm has no value at all. Raises DesignError for a covariate without variation.
    """
    known = np.isfinite(covariates)
    filled = np.where(known, covariates, 0.0)
    spread = np.nanstd(np.where(known, covariates, np.nan), axis=0, ddof=1)
    if not np.all(spread > 0):
        raise DesignError(
            "covariate {column} is the same for every unit; leave it out",
            column=int(np.flatnonzero(~(spread > 0))[0]) + 1,
        )
    members = [(arm == code).astype(np.float64) for code in range(n_arms)]
    with np.errstate(invalid="ignore"):
        means = [rows @ filled / (rows @ known) for rows in members]
    return np.stack([(mean - means[0]) / spread for mean in means[1:]], axis=1)
