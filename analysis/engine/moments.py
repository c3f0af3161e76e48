"""One pass over the pupils: sizes, school means and within-school cross-products.

A random-intercept likelihood depends on the pupils only through these, so that everything
after this pass costs as much as there are schools, not pupils.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.grouping import Grouping, group, stable_order, starts_of_runs

BLOCK = 131_072  # values at a time: what a processor keeps at hand
SAMPLE = 4_096  # pupils that set a provisional mean
FEW = 5  # columns up to which products of pairs are faster than a matrix product
CANCELLED = 1e-3  # share of spread inside schools below which it is summed from deviations


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def merged_by_size(self) -> tuple[Floats, Floats, Floats]:
        """Distinct sizes (G,), how many schools have each (G,), summed m m' (G, q, q)."""
        order = stable_order(self.sizes)
        ordered, means = self.sizes[order], self.means.T.take(order, axis=1)
        starts = starts_of_runs(ordered)
        counts = np.diff(np.append(starts, ordered.size)).astype(float)
        q = len(means)
        outer = np.empty((starts.size, q, q))
        for a in range(q):
            outer[:, a, a:] = np.add.reduceat(means[a] * means[a:], starts, axis=1).T
            outer[:, a:, a] = outer[:, a, a:]
        return ordered[starts], counts, outer


def reduce_to_schools(columns: Sequence[Floats], school: Ints | Grouping) -> SchoolMoments:
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
    means, within = np.empty((q, sizes.size)).T, np.zeros((q, q))
    shift, scale = np.zeros(q), np.ones(q)
    firsts = grouping.starts if grouping.order is None else grouping.order[grouping.starts]
    varying = []
    for k, column in enumerate(columns):
        if constant[k]:
            means[:, k] = column[0]
        elif _follows_schools(column, grouping):
            means[:, k] = column[firsts]
        else:
            varying.append(k)
    if varying:
        with np.errstate(invalid="ignore"):  # infinite values are refused where they end up
            _reduce(columns, varying, grouping, means, within, shift, centred=centred)
    for k in range(q):
        if k == intercept:
            scale[k] = means[0, k]
        elif centred:
            mean = sizes @ means[:, k] / sizes.sum()
            shift[k] += mean
            means[:, k] -= mean
    total = np.diag(within) + sizes @ means**2
    for k in range(q):
        if k != intercept:
            scale[k] = np.sqrt(total[k] / sizes.sum()) or 1.0
    return SchoolMoments(
        sizes, means / scale, within / np.outer(scale, scale), shift, scale, intercept
    )


def _reduce(
    columns: Sequence[Floats],
    varying: list[int],
    grouping: Grouping,
    means: Floats,
    within: Floats,
    shift: Floats,
    *,
    centred: bool,
) -> None:
    """Fill ``means``, ``within`` and provisional ``shift`` of the columns that vary in a school."""
    if centred:
        for k in varying:
            step = max(1, columns[k].size // SAMPLE)
            shift[k] = columns[k][::step].mean()
    gram = np.zeros((len(varying), len(varying)))
    for schools, block in _blocks(columns, varying, grouping, shift):
        local = grouping.starts[schools] - grouping.starts[schools.start]
        for row, k in zip(block, varying, strict=True):
            means[schools, k] = np.add.reduceat(row, local)
        gram += _products(block)
    sizes = grouping.sizes.astype(float)
    means[:, varying] /= sizes[:, None]
    between = (means[:, varying].T * sizes) @ means[:, varying]
    inside = gram - between
    if np.any(np.diag(inside) < CANCELLED * np.diag(gram)):
        inside = np.zeros_like(gram)
        for schools, block in _blocks(columns, varying, grouping, shift):
            own = np.repeat(means[schools, :][:, varying], grouping.sizes[schools], axis=0)
            inside += _products(block - own.T)
    within[np.ix_(varying, varying)] = inside


def _blocks(columns: Sequence[Floats], varying: list[int], grouping: Grouping, shift: Floats):
    """Yield a slice of schools and their pupils' shifted columns, (n_varying, n_block)."""
    n, starts = columns[0].size, grouping.starts
    first = np.searchsorted(starts, np.arange(0, n, BLOCK // len(varying) + 1))
    edges = np.unique(np.append(first, starts.size))  # the last school may fill blocks alone
    ends = np.append(starts, n)
    buffer = np.empty((len(varying), int(np.diff(ends[edges]).max())))
    for a, b in pairwise(edges):
        rows: slice | Ints = slice(ends[a], ends[b])
        if grouping.order is not None:
            rows = grouping.order[rows]
        block = buffer[:, : ends[b] - ends[a]]
        for row, k in enumerate(varying):
            np.subtract(columns[k][rows], shift[k], out=block[row])
        yield slice(int(a), int(b)), block


def _products(block: Floats) -> Floats:
    """Return ``block @ block.T``; a few long rows are faster one by one."""
    if len(block) > FEW:
        return block @ block.T
    products = np.empty((len(block), len(block)))
    for k, row in enumerate(block):
        products[k, k:] = products[k:, k] = [row @ other for other in block[k:]]
    return products


def _is_constant(column: Floats) -> bool:
    first = column[0]
    if first == 0 or not np.all(column[:64] == first):
        return False
    parts = range(0, column.size, BLOCK)
    return column.strides == (0,) or all(np.all(column[k : k + BLOCK] == first) for k in parts)


def _follows_schools(column: Floats, grouping: Grouping) -> bool:
    """Say whether a column has one value in each school; most that do not show it early."""
    for end in (SAMPLE, column.size):
        rows: slice | Ints = slice(end) if grouping.order is None else grouping.order[:end]
        ordered = column[rows]
        changes = ordered[1:] != ordered[:-1]
        changes[grouping.starts[1 : np.searchsorted(grouping.starts, ordered.size)] - 1] = False
        if changes.any():
            return False
    return True
