"""Find columns that follow from the others before anything is inverted."""

import numpy as np

from analysis.engine.arrays import Floats

TOLERANCE = 1e-10  # share of a column's own sum of squares that the others leave unexplained


def dependent_column(gram: Floats) -> int | None:
    """Return the first column of X that is a combination of those before it, from X'X (p, p).

    Columns are taken in their order, because the later one is the one to name.
    """
    left = gram.astype(float).copy()
    size = np.diag(gram).copy()
    for k in range(gram.shape[0]):
        if left[k, k] <= TOLERANCE * max(size[k], 1e-300):
            return k
        left[k + 1 :, k + 1 :] -= np.outer(left[k + 1 :, k], left[k, k + 1 :]) / left[k, k]
    return None
