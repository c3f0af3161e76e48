"""Codes of labels, and what follows from them a part at a time, so that nothing is held twice."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.engine.arrays import Column, Floats, Ints

CODE = np.int32  # of a code; what is computed from codes needs more
COUNTED = 10_000_000  # span of whole numbers up to which levels are counted, not sorted
PART = 131_072  # values at a time


def counted(numbers: Floats) -> tuple[Ints, Floats] | None:
    """Return codes (n,) and sorted levels of whole numbers in a short span, else nothing.

    NaN has code -1 and is no level.
    """
    if not numbers.size:
        return None
    low, high = np.fmin.reduce(numbers), np.fmax.reduce(numbers)
    if not (low == np.floor(low) and abs(low) < np.inf and high - low < COUNTED):
        return None
    codes = np.empty(numbers.size, CODE)
    present = np.zeros(int(high - low) + 2, dtype=bool)  # the last is for -1
    for part in _parts(numbers.size):
        above = numbers[part] - low
        above[np.isnan(above)] = -1
        codes[part] = above
        if np.any(codes[part] != above):
            return None
        present[codes[part]] = True
    place = np.append(np.cumsum(present[:-1]) - 1, -1)
    return translated(codes, place), np.flatnonzero(present[:-1]) + low


def ranked(numbers: Floats) -> tuple[Ints, Floats]:
    """Return codes (n,) and sorted levels of any numbers; NaN has code -1 and is no level."""
    known = ~np.isnan(numbers)
    levels, found = np.unique(numbers[known], return_inverse=True)
    codes = np.full(numbers.size, -1, CODE)
    codes[known] = found
    return codes, levels


def translated(codes: Ints, place: Ints) -> Ints:
    """Return ``place[codes]`` (n,); a code of -1 takes the last place."""
    found = np.empty(codes.size, CODE)
    for part in _parts(codes.size):
        found[part] = place[codes[part]]
    return found


def occurring(codes: Ints, n_levels: int) -> NDArray[np.bool_]:
    """Say of each level, (n_levels,), whether it occurs among ``codes`` (n,)."""
    present = np.zeros(n_levels + 1, dtype=bool)  # the last is for -1
    for part in _parts(codes.size):
        present[codes[part]] = True
    return present[:-1]


def one_value_each(codes: Ints, n_levels: int, values: Column) -> bool:
    """Say whether ``values`` (n,) are the same wherever ``codes`` (n,) are; NaN is never.

    No code is missing.
    """
    value = np.empty(n_levels, dtype=values.dtype)
    for part in _parts(codes.size):
        value[codes[part]] = values[part]
    return not any(np.any(value[codes[part]] != values[part]) for part in _parts(codes.size))


def pair_counts(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Floats:
    """Return how often each row code meets each column code, (n_rows, n_columns).

    The codes are of the same n pupils, and none is missing.
    """
    found = np.zeros(shape[0] * shape[1])
    for part in _parts(rows.size):
        pair = rows[part] * shape[1] + columns[part]
        found += np.bincount(pair, minlength=found.size)
    return found.reshape(shape)


def _parts(n: int) -> Iterator[slice]:
    return (slice(k, k + PART) for k in range(0, n, PART))
