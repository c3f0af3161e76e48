"""One pass over the pupils: sizes, school means and within-school cross-products.

A random-intercept likelihood depends on the pupils only through these, so that everything
after this pass costs as much as there are schools, not pupils.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.engine.arrays import Column, Floats, Ints
from analysis.engine.grouping import Grouping, group, stable_order
from analysis.engine.passes import BLOCK, provisional_shift, sum_schools


@dataclass(frozen=True, eq=False)
class SchoolMoments:
    """Sufficient statistics of the columns ``[X y]``, each shifted and scaled.

    A column in its own units is ``shift + scale * column``.
    """

    sizes: Floats  # (n_schools,)
    levels: Floats  # (q, n_schools), the schools' shifted means, not yet scaled
    within: Floats  # (q, q)
    shift: Floats  # (q,)
    scale: Floats  # (q,)
    intercept: int | None  # the constant column of X, if there is one

    @property
    def n(self) -> int:
        return int(self.sizes.sum())

    @cached_property
    def means(self) -> Floats:
        """The schools' means, (n_schools, q)."""
        return (self.levels / self.scale[:, None]).T

    @cached_property
    def total(self) -> Floats:
        """Cross-products of the columns over all pupils, (q, q)."""
        sizes, _, outer = self.merged_by_size
        return self.within + np.tensordot(sizes, outer, axes=1)

    @cached_property
    def merged_by_size(self) -> tuple[Floats, Floats, Floats]:
        """Distinct sizes (G,), how many schools have each (G,), summed m m' (G, q, q)."""
        order = stable_order(self.sizes)
        levels, having = self.levels.take(order, axis=1), np.bincount(self.sizes.astype(np.intp))
        distinct = np.flatnonzero(having)
        counts = having[distinct]
        starts = np.cumsum(counts) - counts
        q = len(levels)
        outer = np.empty((starts.size, q, q))
        for a, level in enumerate(levels):
            if a == self.intercept:  # the same in every school, which saves a product for each
                sums = level[0] * np.add.reduceat(levels[a:], starts, axis=1)
            else:
                sums = np.add.reduceat(level * levels[a:], starts, axis=1)
            outer[:, a, a:] = outer[:, a:, a] = sums.T
        return (
            distinct.astype(float),
            counts.astype(float),
            outer / np.outer(self.scale, self.scale),
        )


def reduce_to_schools(columns: Sequence[Column], school: Ints | Grouping) -> SchoolMoments:
    """Return the moments of ``columns`` (each of shape (n_pupils,)) by ``school``.

    ``school`` holds codes, or is their grouping; the last column is y. Columns are shifted to mean
    zero when X has a constant column (which then absorbs the shift), and scaled to unit spread, so
    that units do not decide how many digits survive.
    """
    grouping = school if isinstance(school, Grouping) else group(school)
    q, sizes = len(columns), grouping.sizes.astype(float)
    constant = [_is_constant(column) for column in columns]
    intercept = next((k for k, same in enumerate(constant[:-1]) if same), None)
    centred = intercept is not None
    levels, within, shift = np.empty((q, sizes.size)), np.zeros((q, q)), np.zeros(q)
    varying = []
    for k, column in enumerate(columns):
        if constant[k]:
            levels[k] = column[0]
        elif grouping.share_a_value(column):
            levels[k] = column[grouping.firsts]
        else:
            varying.append(k)
    if varying:
        if centred:
            shift[varying] = [provisional_shift(columns[k]) for k in varying]
        own = sum_schools([columns[k] for k in varying], grouping, shift[varying])
        levels[varying], within[np.ix_(varying, varying)] = own
    scale, n = np.ones(q), sizes.sum()
    # infinite values are refused where they end up
    with np.errstate(invalid="ignore", over="ignore"):
        for k, level in enumerate(levels):
            if k == intercept:
                scale[k] = level[0]
                continue
            if centred:
                mean = sizes @ level / n
                shift[k] += mean
                level -= mean
            scale[k] = np.sqrt((within[k, k] + np.einsum("s,s,s", sizes, level, level)) / n) or 1.0
    return SchoolMoments(sizes, levels, within / np.outer(scale, scale), shift, scale, intercept)


def _is_constant(column: Column) -> bool:
    first = column[0]
    if first == 0 or not np.all(column[:64] == first):
        return False
    parts = range(0, column.size, BLOCK)
    return column.strides == (0,) or all(np.all(column[k : k + BLOCK] == first) for k in parts)
