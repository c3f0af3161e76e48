"""Each unit's chance of each arm, and the joint chances of two units (section 4).

Before acceptance these are exact fractions. A re-randomised design has its chances enumerated
where the allocations are few, and simulated otherwise; the result says which.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product
from math import comb

import numpy as np
from numpy.typing import NDArray

from randomisation.dealing import odd_units
from randomisation.design import Design
from randomisation.enumeration import MOST_ALLOCATIONS, enumerate_allocations, support
from randomisation.errors import DesignError
from randomisation.redrawing import redraw

MOST_EXACT = 500  # units for which a joint chance is worked out as a fraction


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """Chances of arms, and of sharing one, under the whole rule."""

    arm: NDArray[np.float64]  # of unit and arm, shape (n_units, n_arms)
    same: NDArray[np.float64]  # that two units share an arm, shape (n_units, n_units)
    how: str  # "exact", "enumerated" or "simulated"
    n_draws: int | None = None  # behind a simulation


def chances(
    design: Design,
    rng: np.random.Generator,
    n_draws: int = 10_000,
    *,
    drawn: NDArray[np.int8] | None = None,
) -> Chances:
    """Return the chances under a design; ``rng`` serves where they cannot be known exactly.

    ``drawn`` are redraws that were made already, used instead of new ones.
    """
    if design.balance is None:
        shares = np.array(design.ratios) / design.deck.size
        return Chances(np.tile(shares, (design.n_units, 1)), _same_arm(design), "exact")
    possible = support(design)
    if possible.exact and possible.count <= MOST_ALLOCATIONS:
        listed = enumerate_allocations(design)
        return Chances(*_weighted(listed.arm, listed.chance, design), "enumerated")
    drawn = redraw(design, n_draws, rng) if drawn is None else drawn
    even = np.full(len(drawn), 1 / len(drawn))
    return Chances(*_weighted(drawn, even, design), "simulated", len(drawn))


def joint_chances(design: Design, first: int, second: int) -> list[list[Fraction]]:
    """Return the exact chance that two units get arms a and b, as a table of fractions.

    Rows are the arm of the first unit. Raises DesignError for a re-randomised design, whose
    chances are not known exactly, and for a unit paired with itself.
    """
    if design.balance is not None or first == second:
        raise DesignError("joint chances are exact for two units of a blocked design")
    stratum = _stratum_of(design)
    k, other = int(stratum[first]), int(stratum[second])
    if k == other:
        return _within(design, design.blocks[k].size)
    same_card = _same_card(odd_units(design), k, other, design.deck.size)
    return _between(design, k, other, same_card)


def bound_units(same: NDArray[np.float64]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the pairs of units that never and that always share an arm."""
    upper = np.triu(np.ones(same.shape, dtype=np.bool_), 1)
    return _pairs(upper & (same < 1e-12)), _pairs(upper & (same > 1 - 1e-12))


def never_together(design: Design) -> list[tuple[int, int]]:
    """Return the pairs of units that no allocation gives one arm, whatever is accepted.

    Exact for any number of units. Two units are bound so where no arm comes twice in the deck and
    their cards always differ. No pair always shares an arm: cards may hold different arms.
    """
    deck = design.deck.size
    if deck > len(design.arms):
        return []
    found = [
        pair
        for members in design.blocks
        if members.size <= deck
        for pair in combinations(members.tolist(), 2)
    ]
    small: dict[int, list[int]] = {}
    for k, members in enumerate(design.blocks):
        if members.size < deck:
            small.setdefault(members.size, []).append(k)
    odd = Counter(size for size in odd_units(design) if size)
    for size, other in combinations_with_replacement(sorted(small), 2):
        if not _may_meet(size, other, odd, deck):
            pairs = (
                combinations(small[size], 2)
                if size == other
                else product(small[size], small[other])
            )
            for k, m in pairs:
                found += product(design.blocks[k].tolist(), design.blocks[m].tolist())
    return sorted((min(pair), max(pair)) for pair in found)


def _may_meet(size: int, other: int, odd: Counter[int], deck: int) -> bool:
    """Say whether strata with so many odd units can get one card, with others dealt between."""
    sums = {0}
    for between, count in (odd - Counter([size, other])).items():
        sums = {(total + between * n) % deck for total in sums for n in range(min(count, deck) + 1)}
    return any(
        _meet(first, second, total, deck)
        for first, second in ((size, other), (other, size))
        for total in sums
    )


def chance_apart(design: Design, units: Sequence[int], drawn: NDArray[np.int8]) -> float:
    """Return the chance that units do not all get one arm.

    Exact for two units of a blocked design of moderate size, else the share among redraws.
    """
    if design.balance is None and len(units) == 2 and design.n_units <= MOST_EXACT:
        return float(1 - _diagonal(joint_chances(design, *units)))
    arms = drawn[:, list(units)]
    return float(np.mean((arms != arms[:, :1]).any(axis=1)))


def _pairs(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    return [(int(first), int(second)) for first, second in np.argwhere(chosen)]


def _weighted(
    arm: NDArray[np.int8], weight: NDArray[np.float64], design: Design
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    codes = range(len(design.arms))
    members = [(arm == code).astype(np.float64) for code in codes]
    single = np.stack([weight @ rows for rows in members], axis=1)
    same = np.sum([(rows * weight[:, None]).T @ rows for rows in members], axis=0)
    return single, same


def _stratum_of(design: Design) -> NDArray[np.intp]:
    stratum = np.empty(design.n_units, dtype=np.intp)
    for k, members in enumerate(design.blocks):
        stratum[members] = k
    return stratum


def _two_cards(design: Design) -> list[list[Fraction]]:
    """Return the chance of arms a and b on two different cards of the deck."""
    size, ratios = design.deck.size, design.ratios
    return [
        [Fraction(a * (b - (i == j)), size * (size - 1)) for j, b in enumerate(ratios)]
        for i, a in enumerate(ratios)
    ]


def _within(design: Design, size: int) -> list[list[Fraction]]:
    """Two units of one stratum: places in the order of words, without replacement."""
    full, odd = divmod(size, design.deck.size)
    cards, ratios = _two_cards(design), design.ratios
    share = [Fraction(ratio, design.deck.size) for ratio in ratios]
    return [
        [
            (
                full * a * (full * b - (i == j))
                + full * a * odd * share[j]
                + odd * share[i] * full * b
                + odd * (odd - 1) * cards[i][j]
            )
            / Fraction(size * (size - 1))
            for j, b in enumerate(ratios)
        ]
        for i, a in enumerate(ratios)
    ]


def _between(design: Design, k: int, other: int, same_card: Fraction) -> list[list[Fraction]]:
    """Two units of different strata: bound to each other only when both are odd ones."""
    sizes = [design.blocks[number].size for number in (k, other)]
    both_odd = Fraction(1)
    for size in sizes:
        both_odd *= Fraction(size % design.deck.size, size)
    cards = _two_cards(design)
    share = [Fraction(ratio, design.deck.size) for ratio in design.ratios]
    return [
        [
            (1 - both_odd) * a * b
            + both_odd * (same_card * a * (i == j) + (1 - same_card) * cards[i][j])
            for j, b in enumerate(share)
        ]
        for i, a in enumerate(share)
    ]


def _same_card(odd: Sequence[int], k: int, other: int, deck: int) -> Fraction:
    """Return the chance that odd units of two strata get one and the same card of the deck.

    Between the two strata lies a random set of the others, each size of set with the chance of
    that gap in a random order; the deck goes round, so sums count modulo its length.
    """
    rest = [size for number, size in enumerate(odd) if size and number not in (k, other)]
    sets = np.zeros((len(rest) + 1, deck), dtype=object)  # number of subsets: by size, by sum
    sets[0, 0] = 1
    for size in rest:
        sets[1:] = sets[1:] + np.roll(sets[:-1], size, axis=1)
    chance, n_strata = Fraction(0), len(rest) + 2
    for between in range(len(rest) + 1):
        gap = Fraction(n_strata - 1 - between, comb(n_strata, 2)) / comb(len(rest), between)
        for total in range(deck):
            meet = _meet(odd[k], odd[other], total, deck) + _meet(odd[other], odd[k], total, deck)
            chance += gap * int(sets[between, total]) * meet / 2
    return chance


def _meet(first: int, second: int, between: int, deck: int) -> Fraction:
    """Return the chance that a card of the earlier stratum comes round to the later one."""
    if not first or not second:
        return Fraction(0)
    met = sum(
        (first - mine + between + theirs) % deck == 0
        for mine in range(first)
        for theirs in range(second)
    )
    return Fraction(met, first * second)


def _same_arm(design: Design) -> NDArray[np.float64]:
    """Return the chance that two units share an arm; strata of one size have one chance."""
    odd = odd_units(design)
    known: dict[tuple[int, ...], float] = {}

    def between(k: int, other: int) -> float:
        sizes = tuple(sorted((design.blocks[k].size, design.blocks[other].size)))
        if sizes not in known:
            same_card = _same_card(odd, k, other, design.deck.size)
            known[sizes] = float(_diagonal(_between(design, k, other, same_card)))
        return known[sizes]

    same = np.empty((design.n_units, design.n_units))
    for k, members in enumerate(design.blocks):
        if members.size > 1:
            same[np.ix_(members, members)] = float(_diagonal(_within(design, members.size)))
        for other, others in enumerate(design.blocks[:k]):
            same[np.ix_(members, others)] = between(k, other)
            same[np.ix_(others, members)] = between(k, other)
    np.fill_diagonal(same, 1.0)
    return same


def _diagonal(table: list[list[Fraction]]) -> Fraction:
    return sum((table[code][code] for code in range(len(table))), Fraction(0))
