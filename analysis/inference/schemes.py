"""Which allocations could have been drawn: by the sealed rule, or by permuting labels in blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

from analysis.engine.arrays import Ints
from analysis.errors import AnalysisError
from randomisation import Design
from randomisation.redrawing import accepted, redraw

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Allocations:
    """Arm codes of units; ``exact`` when they are all there are."""

    codes: Codes  # (R, n_units)
    scheme: str  # a sentence part for people
    exact: bool


def permuted_labels(
    observed: Ints, block: Ints, n_draws: int, rng: np.random.Generator
) -> Allocations:
    """Return permutations of ``observed`` (n_units,) within ``block`` (n_units,).

    All of them when there are no more than ``n_draws``, else a sample.
    """
    blocks = [np.flatnonzero(block == b) for b in np.unique(block)]
    scheme = "labels permuted" + (f" within {len(blocks)} blocks" if len(blocks) > 1 else "")
    if prod(_arrangements(observed[members]) for members in blocks) <= n_draws:
        return Allocations(_enumerate(observed, blocks), scheme, True)
    codes = np.empty((n_draws, observed.size), dtype=np.int8)
    for members in blocks:
        order = rng.random((n_draws, members.size)).argsort(axis=1)
        codes[:, members] = observed[members][order]
    return Allocations(codes, scheme, False)


def redrawn(design: Design, n_draws: int, rng: np.random.Generator) -> Allocations:
    """Return allocations drawn anew by the sealed ``design``, in its arm codes.

    All of them when every block divides evenly and there are no more than ``n_draws``.
    """
    scheme = "redrawn by the sealed rule" + (", balance included" if design.balance else "")
    deck = design.deck
    if all(members.size % deck.size == 0 for members in design.blocks):
        even = np.empty(design.n_units, dtype=np.int8)
        for members in design.blocks:
            even[members] = np.repeat(deck, members.size // deck.size)
        if prod(_arrangements(even[members]) for members in design.blocks) <= n_draws:
            codes = _enumerate(even, design.blocks)
            return Allocations(codes[accepted(design, codes)], scheme, True)
    return Allocations(redraw(design, n_draws, rng), scheme, False)


def match_units(units: Sequence[str], labels: Sequence[str]) -> Ints:
    """Return for each of ``labels`` (the data's units) its place among the drawn ``units``.

    Raises ``AnalysisError`` for a unit that was not drawn.
    """
    place = {unit: k for k, unit in enumerate(units)}
    unknown = [label for label in labels if label not in place]
    if unknown:
        raise AnalysisError(
            "{unit} is in the data but not in the receipt; the receipt is of another draw, "
            "or its units are not the schools of this file",
            unit=unknown[0],
        )
    return np.array([place[label] for label in labels], dtype=np.intp)


def _arrangements(labels: NDArray[np.generic]) -> int:
    counts = np.unique(labels, return_counts=True)[1]
    left, ways = int(counts.sum()), 1
    for count in counts:
        ways *= comb(left, int(count))
        left -= int(count)
    return ways


def _enumerate(labels: NDArray[np.generic], blocks: Sequence[Ints]) -> Codes:
    """Return every arrangement of ``labels`` within ``blocks``, one per row."""
    parts = [_block_arrangements(labels[members]) for members in blocks]
    grid = np.indices([len(part) for part in parts]).reshape(len(parts), -1)
    codes = np.empty((grid.shape[1], labels.size), dtype=np.int8)
    for members, part, rows in zip(blocks, parts, grid, strict=True):
        codes[:, members] = part[rows]
    return codes


def _block_arrangements(labels: NDArray[np.generic]) -> Codes:
    values, counts = np.unique(labels, return_counts=True)
    rows = np.full((1, labels.size), values[-1], dtype=np.int8)
    taken = np.zeros((1, labels.size), dtype=bool)
    for value, count in zip(values[:-1], counts[:-1], strict=True):
        new_rows, new_taken = [], []
        for row, used in zip(rows, taken, strict=True):
            for places in combinations(np.flatnonzero(~used), int(count)):
                chosen = list(places)
                one, mark = row.copy(), used.copy()
                one[chosen], mark[chosen] = value, True
                new_rows.append(one)
                new_taken.append(mark)
        rows, taken = np.array(new_rows), np.array(new_taken)
    return rows
