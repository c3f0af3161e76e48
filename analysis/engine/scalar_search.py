"""Replicates of one design that differ in the outcome alone: one polynomial each, one Newton.

The determinants are then the same for all, and the residual sum of squares is the only thing that
differs; it is interpolated along the axis of the variance ratio.
"""

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.interpolation import Axis, chebyshev

STEPS = 40
END = 1 - 1e-9
PRECISION = 1e-7  # of the last step; Newton then leaves its square


def best_x(axis: Axis, common: Floats, powers: float, residuals: Floats, nu: float) -> Floats:
    """Return x of least deviance, (R,), -1 where the school variance is zero.

    The deviance is ``common + powers * log_f + nu * log(residual)``; ``common`` is given at the
    nodes (K,), ``residuals`` (K, R).
    """
    transform = axis.to_coefficients
    shared, terms = transform @ common, transform @ residuals
    grid = np.concatenate([[-1.0], axis.nodes, [END]])
    edge = chebyshev(np.array([-1.0]), axis.nodes.size)[0][:, 0]
    fixed = np.append(edge @ shared, common + powers * axis.log_f(axis.nodes)[0])
    values = fixed[:, None] + nu * np.log(np.vstack([edge @ terms, residuals]))
    best = values.argmin(axis=0)
    x = grid[best]
    first, second = _slopes(axis, shared, powers, terms, nu, x)
    boundary = (best == 0) & (first >= 0)
    low = np.where(first < 0, x, grid[np.maximum(best - 1, 0)])
    high = np.where(first < 0, grid[best + 1], x)
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
        first, second = _slopes(axis, shared, powers, terms[:, active], nu, x[active])
    x[boundary] = -1.0
    return x


def _slopes(
    axis: Axis, shared: Floats, powers: float, terms: Floats, nu: float, x: Floats
) -> tuple[Floats, Floats]:
    basis, basis1, basis2 = chebyshev(x, axis.nodes.size)
    r, r1, r2 = (np.einsum("kr,kr->r", part, terms) for part in (basis, basis1, basis2))
    _, f1, f2 = axis.log_f(x)
    first = shared @ basis1 + powers * f1 + nu * r1 / r
    second = shared @ basis2 + powers * f2 + nu * (r2 / r - (r1 / r) ** 2)
    return first, second
