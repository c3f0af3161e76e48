"""Passes over the pupils, a block of whole schools at a time."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from analysis.engine.arrays import Column, Floats
from analysis.engine.cores import in_shares
from analysis.engine.grouping import Grouping

T = TypeVar("T")

BLOCK = 524_288  # values at a time; with fewer, cores wait for one another to leave Python
SAMPLE = 128  # pupils that show how far from zero a column lies
FAR = 8  # spreads from zero beyond which squares would lose digits
FEW = 5  # columns up to which products of pairs are faster than a matrix product
CANCELLED = 1e-3  # share of spread inside schools below which it is summed from deviations

Rows = Sequence[Floats] | Floats  # one row for each column, each (n_block,)


def provisional_shift(column: Column) -> float:
    """Return zero, or the rough mean of a column (n,) that lies far from zero for its spread."""
    sample = column[:: max(1, column.size // SAMPLE)]
    with np.errstate(invalid="ignore", over="ignore"):
        mean, spread = float(sample.mean()), float(sample.std())
    return mean if abs(mean) > FAR * spread else 0.0


def sum_schools(
    columns: Sequence[Column], grouping: Grouping, shift: Floats
) -> tuple[Floats, Floats]:
    """Return the school means of ``columns`` less ``shift``, (q, n_schools), and ``within``.

    ``columns`` are those that vary inside schools, q of them, each of shape (n,), and ``within`` is
    (q, q), their cross-products inside schools.
    """
    means = np.empty((len(columns), grouping.sizes.size))

    def totals(schools: slice, block: Rows) -> Floats:
        local = grouping.starts[schools] - grouping.starts[schools.start]
        for mean, row in zip(means, block, strict=True):
            mean[schools] = np.add.reduceat(row, local)  # with out= it keeps Python's lock
        return _products(block)

    def deviations(schools: slice, block: Rows) -> Floats:
        own = np.repeat(means[:, schools], grouping.sizes[schools], axis=1)
        return _products(np.asarray(block) - own)

    gram = np.sum(_blocks(columns, grouping, shift, totals), axis=0)
    sizes = grouping.sizes.astype(float)
    means /= sizes
    with np.errstate(invalid="ignore", over="ignore"):
        within = gram - (means * sizes) @ means.T
    if np.any(np.diag(within) < CANCELLED * np.diag(gram)):
        within = np.sum(_blocks(columns, grouping, shift, deviations), axis=0)
    return means, within


def _blocks(
    columns: Sequence[Column],
    grouping: Grouping,
    shift: Floats,
    task: Callable[[slice, Rows], T],
) -> list[T]:
    """Return ``task(schools, rows)`` of each block, in order; the last school may fill one."""
    n, starts = columns[0].size, grouping.starts
    first = np.searchsorted(starts, np.arange(0, n, BLOCK // len(columns) + 1))
    edges = np.unique(np.append(first, starts.size))
    ends = np.append(starts, n)[edges]
    largest = int(np.diff(ends).max())

    def share(begin: int, end: int) -> list[T]:
        buffer, found = np.empty((len(columns), largest)), []
        # infinite values are refused where they end up; a thread does not know what its maker said
        with np.errstate(invalid="ignore", over="ignore"):
            for k in range(begin, end):
                rows = _rows(columns, grouping, shift, slice(ends[k], ends[k + 1]), buffer)
                found.append(task(slice(edges[k], edges[k + 1]), rows))
        return found

    return [one for part in in_shares(share, edges.size - 1, n) for one in part]


def _rows(
    columns: Sequence[Column], grouping: Grouping, shift: Floats, pupils: slice, buffer: Floats
) -> Rows:
    """Return the pupils' shifted columns: in ``buffer``, or as they lie where nothing is to do."""
    as_they_lie = len(columns) <= FEW and grouping.order is None
    rows = pupils if grouping.order is None else grouping.order[pupils]
    block = buffer[:, : pupils.stop - pupils.start]
    found: list[Any] = []
    for row, column, far in zip(block, columns, shift, strict=True):
        if as_they_lie and far == 0 and column.dtype == float:
            found.append(column[rows])
        else:
            found.append(np.subtract(column[rows], far, out=row))
    return found if as_they_lie else block


def _products(block: Rows) -> Floats:
    """Return ``block @ block.T``; a few long rows are faster one by one."""
    if len(block) > FEW:
        rows = np.asarray(block)
        return rows @ rows.T
    products = np.empty((len(block), len(block)))
    for k, row in enumerate(block):
        products[k, k:] = products[k:, k] = [np.dot(row, other) for other in block[k:]]
    return products
