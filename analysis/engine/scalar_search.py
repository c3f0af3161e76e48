"""Replicates of one design that differ in the outcome alone: one polynomial each, one Newton.

The determinants are then the same for all, and the residual sum of squares is the only thing that
differs; it is interpolated along the axis of the variance ratio.
"""

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.bracketed import around, grid_over, least
from analysis.engine.interpolation import Axis, chebyshev


def best_x(axis: Axis, common: Floats, powers: float, residuals: Floats, nu: float) -> Floats:
    """Return x of least deviance, (R,), -1 where the school variance is zero.

    The deviance is ``common + powers * log_f + nu * log(residual)``; ``common`` is given at the
    nodes (K,), ``residuals`` (K, R).
    """
    transform = axis.to_coefficients
    shared, terms = transform @ common, transform @ residuals
    grid = grid_over(axis.nodes)
    edge = chebyshev(grid[:1], axis.nodes.size)[0][:, 0]
    fixed = np.append(edge @ shared, common + powers * axis.log_f(axis.nodes)[0])
    values = fixed[:, None] + nu * np.log(np.vstack([edge @ terms, residuals]))

    def slopes(x: Floats, rows: Ints) -> tuple[Floats, Floats]:
        chosen = terms if rows.size == terms.shape[1] else terms[:, rows]
        return _slopes(axis, shared, powers, chosen, nu, x)

    return least(*around(grid, values.argmin(axis=0)), slopes)


def _slopes(
    axis: Axis, shared: Floats, powers: float, terms: Floats, nu: float, x: Floats
) -> tuple[Floats, Floats]:
    basis, basis1, basis2 = chebyshev(x, axis.nodes.size)
    r, r1, r2 = (np.einsum("kr,kr->r", part, terms) for part in (basis, basis1, basis2))
    _, f1, f2 = axis.log_f(x)
    first = shared @ basis1 + powers * f1 + nu * r1 / r
    second = shared @ basis2 + powers * f2 + nu * (r2 / r - (r1 / r) ** 2)
    return first, second
