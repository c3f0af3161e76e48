"""Which pupils belong together, without sorting what is sorted already."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.engine.arrays import Column, Ints
from analysis.engine.cores import in_shares

EARLY = 4_096  # pupils among whom most columns that vary in a school show it


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Pupils in groups 0 … n_groups - 1, in an order that keeps each group together."""

    order: Ints | None  # (n,), None where the pupils are in order
    starts: Ints  # (n_groups,), first pupil of each group in that order
    sizes: Ints  # (n_groups,)

    @property
    def firsts(self) -> Ints:
        """The first pupil of each group, (n_groups,), in the pupils' own order."""
        return self.starts if self.order is None else self.order[self.starts]

    def share_a_value(self, column: Column) -> bool:
        """Say whether ``column`` (n,) has one value in each group; NaN is like no other."""
        for end in (EARLY, column.size):
            rows: slice | Ints = slice(end) if self.order is None else self.order[:end]
            ordered = column[rows]
            changes = ordered[1:] != ordered[:-1]
            changes[self.starts[1 : np.searchsorted(self.starts, ordered.size)] - 1] = False
            if changes.any():
                return False
        return True


def group(labels: NDArray[Any]) -> Grouping:
    """Group pupils by ``labels`` (n,) of any kind; groups are in the order of their labels."""
    if labels.dtype.kind not in "biu":
        labels = np.unique(labels, return_inverse=True)[1]
    order, (starts, ascending) = None, _runs(labels)
    if not ascending:
        order = stable_order(labels)
        starts = starts_of_runs(labels[order])
    return Grouping(order, starts, np.diff(np.append(starts, labels.size)))


def starts_of_runs(values: NDArray[Any]) -> Ints:
    """Return where each run of equal neighbours in ``values`` (n,) begins."""
    return _runs(values)[0]


def _runs(values: NDArray[Any]) -> tuple[Ints, bool]:
    """Return where runs begin, and whether no value is less than the one before it."""

    def share(first: int, end: int) -> tuple[Ints, bool]:
        before, after = values[first:end], values[first + 1 : end + 1]
        changes = np.flatnonzero(after != before) + (first + 1)
        return changes, bool(np.all(after >= before))

    starts, ascending = zip(*in_shares(share, values.size - 1, values.size), strict=True)
    return np.concatenate([[0], *starts]), all(ascending)


def stable_order(labels: NDArray[Any]) -> Ints:
    """Return what sorts whole numbers (n,) and keeps equal ones as they stood."""
    low, high = int(labels.min()), int(labels.max())
    if high - low < 2**16:  # sorted by counting, not by comparing
        labels = (labels - low).astype(np.uint16)
    return np.argsort(labels, kind="stable")


def codes_of(grouping: Grouping) -> Ints:
    """Return the group of each pupil, (n,), in the pupils' own order."""
    ordered = np.repeat(np.arange(grouping.sizes.size), grouping.sizes)
    if grouping.order is None:
        return ordered
    codes = np.empty_like(ordered)
    codes[grouping.order] = ordered
    return codes
