"""How alike the arms are: standardised differences, drawn and to be expected.

No significance tests: whatever differs between arms that were drawn differs by chance.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from randomisation.design import Design
from randomisation.differences import Expected, expected_differences, standardised_differences


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
    expected: Expected | None = None,
) -> tuple[BalanceRow, ...]:
    """Return a row per covariate and arm; with ``arm`` also what the draw brought.

    ``covariates`` has shape (n_units, n_covariates), NaN where a value is missing; ``arm`` holds
    the drawn codes, shape (n_units,). The spread comes from redraws by the same rule, or from
    ``expected``, differences of these covariates that were found already.
    """
    found = expected or expected_differences(design, covariates, rng)
    redrawn = found.values
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
