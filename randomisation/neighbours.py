"""Matched groups at once, for a rehearsal: neighbours along one line.

With one covariate these are the groups that matching finds; with more, the line is the direction
in which the units differ most, and matching finds groups at least as alike.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def neighbours(covariates: NDArray[np.float64], strata: Sequence[str], size: int) -> list[str]:
    """Return a stratum per unit: groups of ``size`` neighbours, and a rest per stratum.

    ``covariates`` has shape (n_units, n_covariates), none missing.
    """
    line, names = _line(covariates), list(strata)
    for stratum in sorted(set(strata)):
        members = np.flatnonzero([name == stratum for name in strata])
        in_order = members[np.argsort(line[members], kind="stable")]
        left_out = _left_out(line[in_order], size)
        kept = [unit for place, unit in enumerate(in_order) if place not in left_out]
        for place, unit in enumerate(kept):
            names[unit] = f"{stratum}/{place // size + 1}"
        for place in left_out:
            names[in_order[place]] = f"{stratum}/rest"
    return names


def _line(covariates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each unit's place along the first principal axis of the standardised covariates."""
    centred = covariates - covariates.mean(axis=0)
    scaled = centred / np.maximum(centred.std(axis=0), 1e-300)
    _, axes = np.linalg.eigh(np.atleast_2d(scaled.T @ scaled))
    placed: NDArray[np.float64] = scaled @ axes[:, -1]
    return placed


def _left_out(line: NDArray[np.float64], size: int) -> set[int]:
    """Return the places whose absence leaves groups of neighbours most alike.

    Dynamic programming over places and how many were left out so far.
    """
    n, spare = len(line), len(line) % size
    weights = 2 * np.arange(size) - (size - 1)  # of values in order, in a sum of all distances
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for place in range(1, n + 1):
        for out in range(spare + 1):
            ways = []
            if (place - 1, out - 1) in best:
                cost, gone = best[place - 1, out - 1]
                ways.append((cost, (*gone, place - 1)))
            if (place - size, out) in best:
                cost, gone = best[place - size, out]
                ways.append((cost + float(weights @ line[place - size : place]), gone))
            if ways:
                best[place, out] = min(ways)
    return set(best[n, spare][1])
