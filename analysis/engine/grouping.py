"""Which pupils belong together, without sorting what is sorted already."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.engine.arrays import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Pupils in groups 0 … n_groups - 1, in an order that keeps each group together."""

    order: Ints | None  # (n,), None where the pupils are in order
    starts: Ints  # (n_groups,), first pupil of each group in that order
    sizes: Ints  # (n_groups,)


def group(labels: NDArray[Any]) -> Grouping:
    """Group pupils by ``labels`` (n,) of any kind; groups are in the order of their labels."""
    if labels.dtype.kind not in "biu":
        labels = np.unique(labels, return_inverse=True)[1]
    order, starts = None, starts_of_runs(labels)
    firsts = labels[starts]
    if not np.all(firsts[1:] > firsts[:-1]):
        order = stable_order(labels)
        starts = starts_of_runs(labels[order])
    return Grouping(order, starts, np.diff(np.append(starts, labels.size)))


def starts_of_runs(values: NDArray[Any]) -> Ints:
    """Return where each run of equal neighbours in ``values`` (n,) begins."""
    return np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])


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
