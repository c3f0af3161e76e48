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
        members = _columns(np.concatenate([design.blocks[k] for k in numbers]))
        in_order = _arms_in_order(design, size, cards, first_card[:, numbers])
        of_members = of_units[:, members].reshape(in_order.shape)
        arm[:, members] = _handed_out(of_members, in_order, _steps(design, size)).reshape(
            len(words), -1
        )
    return arm


def _columns(members: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """Return the numbers, as a slice where they follow each other: that copies nothing."""
    first = int(members[0])
    if np.array_equal(members, np.arange(first, first + members.size)):
        return slice(first, first + members.size)
    return members


def _steps(design: Design, size: int) -> NDArray[np.intp]:
    """Return the places, above the first, where the next arm or a card begins."""
    full, left_over = divmod(size, design.deck.size)
    ends = full * np.cumsum(design.ratios[:-1])
    steps = {*ends.tolist(), *range(size - left_over, size)} - {0}
    return np.array(sorted(steps), dtype=np.intp)


def _handed_out(
    of_units: NDArray[np.uint64], in_order: NDArray[np.int8], steps: NDArray[np.intp]
) -> NDArray[np.int8]:
    """Give the member with the lowest word the first arm in order, and so on along the last axis.

    A few order statistics do what sorting all members would, several times faster; so does adding
    what an arm's code is above the one before, against choosing it under a mask.
    """
    lowest = np.partition(of_units, steps, axis=2)[:, :, steps]
    arm = np.repeat(in_order[:, :, :1], of_units.shape[2], axis=2)
    before = 0
    for position, step in enumerate(steps):
        reached = (of_units >= lowest[:, :, position, None]).view(np.int8)
        counted = reached.sum(axis=2, dtype=np.int32)
        if np.any(counted != of_units.shape[2] - step):  # equal words: order decides
            return _handed_out_by_order(of_units, in_order)
        arm += reached * (in_order[:, :, step, None] - in_order[:, :, before, None])
        before = step
    return arm


def _handed_out_by_order(
    of_units: NDArray[np.uint64], in_order: NDArray[np.int8]
) -> NDArray[np.int8]:
    order = of_units.argsort(axis=2, kind="stable")
    arm = np.empty(order.shape, dtype=np.int8)
    np.put_along_axis(arm, order, in_order, axis=2)
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
