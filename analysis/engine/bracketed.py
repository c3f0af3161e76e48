"""Newton's method on thousands of short problems at once, each kept inside its own bracket."""

from collections.abc import Callable

import numpy as np

from analysis.engine.arrays import Floats, Ints

STEPS = 40
END, EDGE = 1 - 1e-9, 1 - 1e-7  # where the axis is left, and where that is the answer
PRECISION = 1e-7  # of the last step; Newton then leaves its square

Slopes = Callable[[Floats, Ints], tuple[Floats, Floats]]  # two derivatives at x of some rows


def grid_over(nodes: Floats) -> Floats:
    """Return the boundary, ``nodes`` and the end of the axis, which only closes a bracket."""
    return np.concatenate([[-1.0], nodes, [END]])


def around(grid: Floats, best: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the points of ``grid`` numbered ``best`` and their neighbours, each (R,)."""
    return grid[best], grid[np.maximum(best - 1, 0)], grid[best + 1]


def least(x: Floats, low: Floats, high: Floats, slopes: Slopes) -> Floats:
    """Return x of least deviance between ``low`` and ``high``, from ``x``; all are (R,).

    It is exactly -1 where the deviance rises from the boundary. Problems that have arrived are
    left out.
    """
    x = x.copy()
    first, second = slopes(x, np.arange(x.size))
    boundary = (x == -1.0) & ~(first < 0)
    low, high = np.where(first < 0, x, low), np.where(first < 0, high, x)
    active = np.flatnonzero(~boundary)
    low, high, first, second = low[active], high[active], first[active], second[active]
    for _ in range(STEPS):
        here = x[active]
        low, high = np.where(first < 0, here, low), np.where(first < 0, high, here)
        with np.errstate(divide="ignore"):
            moved = here + np.where(second > 0, -first / second, np.inf)
        moved = np.where((moved > low) & (moved < high), moved, (low + high) / 2)
        x[active] = moved
        going = np.abs(moved - here) > PRECISION * (1 - moved)
        if not np.any(going):
            break
        active, low, high = active[going], low[going], high[going]
        first, second = slopes(x[active], active)
    x[boundary] = -1.0
    return x
