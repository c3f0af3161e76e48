"""One pass over the pupils: sizes, school means and within-school cross-products.

A random-intercept likelihood depends on the pupils only through these, so that everything
after this pass costs as much as there are schools, not pupils.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class SchoolMoments:
    """Sufficient statistics of the columns ``[X y]``, each shifted and scaled.

    ``sizes`` has shape (n_schools,), ``means`` (n_schools, q), ``within`` (q, q). A column in its
    own units is ``shift + scale * column``.
    """

    sizes: Floats
    means: Floats
    within: Floats
    shift: Floats
    scale: Floats
    intercept: int | None  # the constant column of X, if there is one

    @property
    def n(self) -> int:
        return int(self.sizes.sum())

    def merged_by_size(self) -> tuple[Floats, Floats, Floats]:
        """Return distinct sizes (G,), how many schools have each (G,), summed m m' (G, q, q)."""
        sizes, group = np.unique(self.sizes, return_inverse=True)
        order = np.argsort(group, kind="stable")
        sorted_means = self.means[order]
        starts = np.searchsorted(group[order], np.arange(sizes.size))
        ends = np.append(starts[1:], group.size)
        outer = np.stack(
            [sorted_means[a:b].T @ sorted_means[a:b] for a, b in zip(starts, ends, strict=True)]
        )
        return sizes, (ends - starts).astype(float), outer


def reduce_to_schools(columns: Sequence[Floats], school: Ints) -> SchoolMoments:
    """Return the moments of ``columns`` (each of shape (n_pupils,)) by ``school``.

    ``school`` holds the codes 0 … n_schools - 1, each at least once; the last column is y. Columns
    are shifted to mean zero when X has a constant column (which then absorbs the shift), and scaled
    to unit spread, so that units do not decide how many digits survive.
    """
    order = None if np.all(school[1:] >= school[:-1]) else np.argsort(school, kind="stable")
    sizes = np.bincount(school)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    intercept = next((k for k, c in enumerate(columns[:-1]) if _is_constant(c)), None)
    means = np.empty((sizes.size, len(columns)))
    shift, scale = np.zeros(len(columns)), np.ones(len(columns))
    varying: dict[int, Floats] = {}
    for k, column in enumerate(columns):
        ordered = column if order is None else column[order]
        if k == intercept:
            scale[k], means[:, k] = ordered[0], 1.0
            continue
        if intercept is not None:
            shift[k] = ordered.mean()
            ordered = ordered - shift[k]
        scale[k] = np.sqrt(np.mean(ordered**2)) or 1.0
        ordered = ordered / scale[k]
        first = ordered[starts]
        if np.array_equal(np.repeat(first, sizes), ordered):
            means[:, k] = first
            continue
        means[:, k] = np.add.reduceat(ordered, starts) / sizes
        varying[k] = ordered - np.repeat(means[:, k], sizes)
    within = np.zeros((len(columns), len(columns)))
    if varying:
        deviations = np.stack(list(varying.values()))
        within[np.ix_(list(varying), list(varying))] = deviations @ deviations.T
    return SchoolMoments(sizes.astype(float), means, within, shift, scale, intercept)


def _is_constant(column: Floats) -> bool:
    return bool(column[0] != 0 and np.all(column == column[0]))
