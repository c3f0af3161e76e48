"""From replicated arm codes of schools or pupils to what a refit needs of them."""

import numpy as np
from numpy.typing import NDArray

from analysis.engine.arrays import Floats, Ints
from analysis.engine.permuted import ArmMoments


def arms_of_schools(codes: NDArray[np.int8], arms: list[int]) -> ArmMoments:
    """Return the moments of arms that are constant in a school; ``codes`` is (R, n_schools)."""
    return ArmMoments(np.stack([codes == arm for arm in arms], axis=2).astype(float))


def arms_of_pupils(
    codes: NDArray[np.int8], arms: list[int], school: Ints, centred: Floats
) -> ArmMoments:
    """Return the moments of arms that vary in a school; ``codes`` is (R, n_pupils).

    ``centred`` holds the columns ``[X y]`` less their school means, (n_pupils, q).
    """
    schools = int(school.max()) + 1
    order = np.argsort(school, kind="stable")
    sizes = np.bincount(school, minlength=schools)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    means = np.empty((len(codes), schools, len(arms)))
    columns = np.empty((len(codes), len(arms), centred.shape[1]))
    for a, arm in enumerate(arms):
        inside = (codes[:, order] == arm).astype(float)
        means[:, :, a] = np.add.reduceat(inside, starts, axis=1) / sizes
        columns[:, a] = inside @ centred[order]
    between = np.einsum("rsa,rsb,s->rab", means, means, sizes.astype(float))
    pupils = np.einsum("rsa,s->ra", means, sizes.astype(float))
    within = pupils[:, :, None] * np.eye(len(arms)) - between
    return ArmMoments(means, columns, within)
