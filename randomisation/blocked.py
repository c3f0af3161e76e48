"""From words to arms, thousands of allocations at once (loting-draw/1, section 4)."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from randomisation.design import Design
from randomisation.errors import DesignError


def assign(design: Design, words: NDArray[np.uint64]) -> NDArray[np.int8]:
    """Return arm codes, shape (n_draws, n_units), for words of shape (n_draws, design.n_words).

    A row of words holds one word per unit, per stratum and per card of the deck, in that order.
    Code k stands for ``design.arms[k]``. A ``BalanceRule`` is not applied here.
    """
    if words.dtype != np.uint64 or words.ndim != 2 or words.shape[1] != design.n_words:
        raise DesignError(
            "this design needs uint64 words of shape (draws, {needed}), not {dtype} {shape}",
            needed=design.n_words,
            dtype=words.dtype,
            shape=words.shape,
        )
    of_units, of_strata, of_deck = np.split(
        words, [design.n_units, design.n_units + len(design.blocks)], axis=1
    )
    cards = design.deck[of_deck.argsort(axis=1, kind="stable")]
    first_card = _first_cards(design, of_strata)
    arm = np.empty(of_units.shape, dtype=np.int8)
    for size, numbers in _blocks_by_size(design).items():
        members = np.stack([design.blocks[k] for k in numbers])
        order = of_units[:, members].argsort(axis=2, kind="stable")
        in_order = _arms_in_order(design, size, cards, first_card[:, numbers])
        placed = np.empty(order.shape, dtype=np.int8)
        np.put_along_axis(placed, order, in_order, axis=2)
        arm[:, members] = placed
    return arm


def _blocks_by_size(design: Design) -> dict[int, list[int]]:
    """Return the block numbers per block size: blocks of one size are sorted in one call."""
    numbers = defaultdict(list)
    for k, members in enumerate(design.blocks):
        numbers[members.size].append(k)
    return numbers


def _first_cards(design: Design, of_strata: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return where in the endless deck each stratum starts, shape (n_draws, n_strata)."""
    left_over = np.array([members.size % design.deck.size for members in design.blocks])
    order = of_strata.argsort(axis=1, kind="stable")
    dealt = left_over[order]
    first = np.empty(order.shape, dtype=np.intp)
    np.put_along_axis(first, order, dealt.cumsum(axis=1) - dealt, axis=1)
    return first


def _arms_in_order(
    design: Design, size: int, cards: NDArray[np.int8], first_card: NDArray[np.intp]
) -> NDArray[np.int8]:
    """Return the arms that the sorted members of blocks of one size get.

    Shape (n_draws, n_blocks, size): whole shares first, then cards dealt round and round.
    """
    full, left_over = divmod(size, design.deck.size)
    whole = np.repeat(np.arange(len(design.arms), dtype=np.int8), full * np.array(design.ratios))
    in_order = np.empty((*first_card.shape, size), dtype=np.int8)
    in_order[:, :, : whole.size] = whole
    if left_over:
        position = (first_card[:, :, None] + np.arange(left_over)) % design.deck.size
        draws = np.arange(cards.shape[0])[:, None, None]
        in_order[:, :, whole.size :] = cards[draws, position]
    return in_order
