"""How many allocations a design allows, how likely each is, and all of them when they are few."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from randomisation.dealing import Hand, State, deals, first_deal, odd_units
from randomisation.design import Design
from randomisation.errors import DesignError, NothingAccepted
from randomisation.redrawing import accepted

MOST_ALLOCATIONS = 20_000
MOST_SHARINGS = 200_000
MOST_ODD = {2: 100}  # strata with odd units that are counted at once, by length of the deck
MOST_ODD_OTHERWISE = 15

Weights = dict[State, tuple[int, int]]  # over who gets which hand: sum and maximum of splits


@dataclass(frozen=True, slots=True)
class Support:
    """How many allocations are possible, before any acceptance, and the least likely of them."""

    count: int
    exact: bool  # when False there are at least ``count``, and ``smallest`` is an upper bound
    smallest: Fraction  # chance of the least likely allocation: the smallest one-sided p-value


@dataclass(frozen=True, slots=True, eq=False)
class Allocations:
    """Every allocation of a design, each with its chance."""

    arm: NDArray[np.int8]  # arm codes, shape (n_allocations, n_units)
    chance: NDArray[np.float64]  # shape (n_allocations,), together 1


def support(design: Design) -> Support:
    """Count the allocations that a design allows; its balance rule is not applied."""
    dealt = deals(design)
    weights = None if dealt is None else _weights(design, dealt)
    if dealt is None or weights is None:
        return _least(design)
    nothing = (0,) * len(design.arms)
    even = prod(
        _splits(_counts(design, members.size, nothing))
        for members, odd in zip(design.blocks, odd_units(design), strict=True)
        if not odd
    )
    count, smallest = 0, Fraction(1)
    for state, chance in dealt.items():
        groups = [weights[size][part] for size, part in _by_size(state).items()]
        count += even * prod(total for total, _ in groups)
        smallest = min(smallest, chance / (even * prod(largest for _, largest in groups)))
    return Support(count, True, smallest)


def counted(design: Design) -> Support:
    """Count the allocations where that is done at once, else give the lower bound."""
    odd = sum(map(bool, odd_units(design)))
    most = MOST_ODD.get(design.deck.size, MOST_ODD_OTHERWISE)
    return support(design) if odd <= most else _least(design)


def _least(design: Design) -> Support:
    """Return the allocations of one order of strata and deck."""
    least = prod(
        _splits(_counts(design, members.size, hand))
        for members, hand in zip(design.blocks, first_deal(design), strict=True)
    )
    return Support(least, False, Fraction(1, least))


def enumerate_allocations(design: Design, most: int = MOST_ALLOCATIONS) -> Allocations:
    """Return every allocation and its chance, after acceptance when the design is re-randomised.

    Raises DesignError when there are more than ``most`` before acceptance, NothingAccepted when
    no allocation is balanced enough.
    """
    dealt, possible = deals(design), support(design)
    if dealt is None or not possible.exact or possible.count > most:
        raise DesignError(
            "there are {least} allocations{more}, more than the {most} that are listed",
            least=possible.count,
            more="" if possible.exact else " or more",
            most=most,
        )
    parts, chances = [], []
    for state, chance in dealt.items():
        for hands in _sharings(odd_units(design), dict(state), len(design.arms)):
            arm = _every_split(design, hands)
            parts.append(arm)
            chances.append(np.full(len(arm), float(chance / len(arm))))
    arm, chance_of = np.concatenate(parts), np.concatenate(chances)
    kept = accepted(design, arm)
    if not kept.any():
        raise NothingAccepted("no allocation at all is balanced enough; accept more of them")
    return Allocations(arm[kept], chance_of[kept] / chance_of[kept].sum())


def _counts(design: Design, size: int, hand: Hand) -> list[int]:
    full = size // design.deck.size
    return [full * ratio + cards for ratio, cards in zip(design.ratios, hand, strict=True)]


def _splits(counts: Sequence[int]) -> int:
    """Return in how many ways units can be split into arms of these sizes."""
    return factorial(sum(counts)) // prod(map(factorial, counts))


def _by_size(state: State) -> dict[int, State]:
    sizes = sorted({sum(hand) for hand, _ in state})
    return {size: tuple(item for item in state if sum(item[0]) == size) for size in sizes}


def _weights(design: Design, dealt: dict[State, Fraction]) -> dict[int, Weights] | None:
    """Return per number of odd units and state the splits, over who gets which hand."""
    hands = {hand for state in dealt for hand, _ in state}
    weights: dict[int, Weights] = {}
    for members, odd in zip(design.blocks, odd_units(design), strict=True):
        if not odd:
            continue
        following: Weights = {}
        for state, (total, largest) in weights.get(odd, {(): (1, 1)}).items():
            for hand in (hand for hand in hands if sum(hand) == odd):
                splits = _splits(_counts(design, members.size, hand))
                after = _with(state, hand)
                before = following.get(after, (0, 0))
                following[after] = (before[0] + total * splits, max(before[1], largest * splits))
        if len(following) > MOST_SHARINGS:
            return None
        weights[odd] = following
    return weights


def _with(state: State, hand: Hand) -> State:
    counts = dict(state)
    return tuple(sorted((counts | {hand: counts.get(hand, 0) + 1}).items()))


def _sharings(odd: Sequence[int], left: dict[Hand, int], n_arms: int) -> Iterator[list[Hand]]:
    """Yield every way to give each stratum a hand of its size."""
    if not odd:
        yield []
        return
    fitting = [hand for hand, count in left.items() if count and sum(hand) == odd[0]]
    for hand in fitting if odd[0] else [(0,) * n_arms]:
        fewer = left | {hand: left.get(hand, 0) - 1}
        for rest in _sharings(odd[1:], fewer, n_arms):
            yield [hand, *rest]


def _every_split(design: Design, hands: Sequence[Hand]) -> NDArray[np.int8]:
    """Return every allocation in which the strata get these hands."""
    arm = np.empty((1, design.n_units), dtype=np.int8)
    for members, hand in zip(design.blocks, hands, strict=True):
        splits = _arrangements(_counts(design, members.size, hand))
        arm = np.repeat(arm, len(splits), axis=0)
        arm[:, members] = np.tile(splits, (len(arm) // len(splits), 1))
    return arm


def _arrangements(counts: Sequence[int]) -> NDArray[np.int8]:
    """Return every order of arms with these counts, shape (n_orders, n_units)."""
    places = [(np.arange(sum(counts)), np.zeros(sum(counts), dtype=np.int8))]
    for code, count in enumerate(counts):
        following = []
        for free, arm in places:
            for chosen in combinations(range(free.size), count):
                after = arm.copy()
                after[free[list(chosen)]] = code
                following.append((np.delete(free, chosen), after))
        places = following
    return np.array([arm for _, arm in places], dtype=np.int8)
