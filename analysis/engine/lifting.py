"""From the shifted and scaled columns of the engine back to the user's units."""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Lifting:
    """``b = matrix @ scaled_b + offset``; both in the order of the design's columns."""

    matrix: Floats  # (p, p), the unit of y included
    offset: Floats  # (p,)
    log_scale: float  # sum of the logarithms of the columns' scales
    unit: float  # scale of y

    def covariance(self, scaled: Floats) -> Floats:
        return self.matrix @ scaled @ self.matrix.T


def lifting(shift: Floats, scale: Floats, intercept: int | None) -> Lifting:
    """Return how coefficients travel back, from the shifts and scales of ``[X y]``, shape (p + 1,).

    The column numbered ``intercept`` absorbs the shifts of the others.
    """
    p, unit = shift.size - 1, float(scale[-1])
    matrix = np.diag(unit / scale[:p])
    offset = np.zeros(p)
    if intercept is not None:
        matrix[intercept] -= unit * shift[:p] / (scale[:p] * scale[intercept])
        offset[intercept] = shift[p] / scale[intercept]
    return Lifting(matrix, offset, float(np.log(np.abs(scale[:p])).sum()), unit)
