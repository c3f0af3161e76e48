"""How the odd units of all strata can share the deck, and with what chance (section 4).

A stratum is left with fewer units than the deck has cards; they get the next cards of the deck.
Which cards each stratum gets hangs on the order of the strata and of the deck, both random. Strata
with equally many odd units are exchangeable, so counts of them suffice.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import factorial, prod

from randomisation.design import Design

MOST_STATES = 20_000
MOST_DECKS = 5_000

Hand = tuple[int, ...]  # how many cards of each arm a stratum got
State = tuple[tuple[Hand, int], ...]  # how many strata got each hand, sorted


def odd_units(design: Design) -> list[int]:
    """Return how many units each stratum has left over."""
    return [members.size % design.deck.size for members in design.blocks]


def deals(design: Design) -> dict[State, Fraction] | None:
    """Return every way to deal, with the chance of each way of naming who gets which hand.

    A state says how many strata got each hand; the chance is that of one assignment of these
    hands to the strata. None when there are too many ways to list.
    """
    sizes = Counter(size for size in odd_units(design) if size)
    decks = _decks(design)
    if decks is None:
        return None
    ways: Counter[State] = Counter()
    for deck in decks:
        found = _orders(deck, sizes)
        if found is None:
            return None
        ways.update(found)
    everything = len(decks) * factorial(sizes.total())
    return {
        state: Fraction(orders * prod(factorial(count) for _, count in state), everything)
        for state, orders in ways.items()
    }


def _decks(design: Design) -> list[tuple[int, ...]] | None:
    cards = design.deck.tolist()
    if factorial(len(cards)) // prod(map(factorial, design.ratios)) > MOST_DECKS:
        return None
    return list(_arrangements(tuple(cards)))


def _arrangements(cards: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if not cards:
        yield ()
    for card in sorted(set(cards)):
        position = cards.index(card)
        for rest in _arrangements(cards[:position] + cards[position + 1 :]):
            yield (card, *rest)


def _orders(deck: tuple[int, ...], sizes: Counter[int]) -> Counter[State] | None:
    """Return in how many orders of hands each state is reached with this deck."""
    reached: Counter[State] = Counter({(): 1})
    for _ in range(sizes.total()):
        following: Counter[State] = Counter()
        for state, orders in reached.items():
            for after in _next_states(deck, sizes, state):
                following[after] += orders
        if len(following) > MOST_STATES:
            return None
        reached = following
    return reached


def _next_states(deck: tuple[int, ...], sizes: Counter[int], state: State) -> Iterator[State]:
    counts = dict(state)
    dealt = sum(sum(hand) * count for hand, count in state)
    used = Counter[int]()
    for hand, count in state:
        used[sum(hand)] += count
    for size, strata in sizes.items():
        if used[size] < strata:
            cards = [deck[(dealt + step) % len(deck)] for step in range(size)]
            hand = tuple(cards.count(arm) for arm in range(max(deck) + 1))
            yield tuple(sorted((counts | {hand: counts.get(hand, 0) + 1}).items()))


def first_deal(design: Design) -> list[Hand]:
    """Return the hands when strata and deck keep the order in which they are declared."""
    deck, hands, dealt = design.deck.tolist(), [], 0
    for size in odd_units(design):
        cards = [deck[(dealt + step) % len(deck)] for step in range(size)]
        hands.append(tuple(cards.count(arm) for arm in range(len(design.arms))))
        dealt += size
    return hands
