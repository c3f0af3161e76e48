"""What ``assign`` promises: every split alike, shares in every stratum, arms even overall."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from randomisation import Design, DesignError, assign, stratified


def random_words(design, draws, seed=20240901):
    rng = np.random.default_rng(seed)
    return rng.integers(2**64, size=(draws, design.n_words), dtype=np.uint64)


def test_every_split_of_a_block_of_four_is_equally_likely():
    """Six splits, 6,000 draws: each count is 1,000 with a standard deviation of 29."""
    design = Design(arms=("control", "phonics"), blocks=(np.arange(4),))

    draws = assign(design, random_words(design, 6_000))

    splits, counts = np.unique(draws, axis=0, return_counts=True)
    assert len(splits) == 6
    assert np.all(np.abs(counts - 1_000) < 4 * 29)


@pytest.mark.parametrize("ratios", [(1, 1), (2, 1), (1, 1, 1), (3, 2), (1, 4, 2)])
def test_every_stratum_keeps_the_bounds_of_the_specification(ratios):
    """An arm gets at least full·ratio and at most (full + 1)·ratio of a stratum's units."""
    strata = [f"s{k}" for k in range(17) for _ in range(k + 1)]
    design = stratified([f"arm {k}" for k in range(len(ratios))], strata, ratios=ratios)

    draws = assign(design, random_words(design, 500))

    for members in design.blocks:
        full, left_over = divmod(members.size, sum(ratios))
        for code, ratio in enumerate(ratios):
            count = (draws[:, members] == code).sum(axis=1)
            assert np.all(count >= full * ratio)
            assert np.all(count <= (full + bool(left_over)) * ratio)


@pytest.mark.parametrize("ratios", [(1, 1), (1, 1, 1), (1, 1, 1, 1), (4, 1), (1, 3)])
def test_equal_ratios_are_never_off_their_exact_share_by_one(ratios):
    strata = [f"s{k}" for k in range(12) for _ in range(k + 1)]
    design = stratified([f"arm {k}" for k in range(len(ratios))], strata, ratios=ratios)

    draws = assign(design, random_words(design, 500))

    for members, (code, ratio) in product(design.blocks, enumerate(ratios)):
        share = members.size * ratio / sum(ratios)
        assert np.all(np.abs((draws[:, members] == code).sum(axis=1) - share) < 1)


def test_odd_units_of_all_strata_are_dealt_from_one_deck():
    """Nine strata of three: the nine odd units are 4 and 5, so arms are 13 and 14, never else."""
    design = stratified(["a", "b"], [f"s{k // 3}" for k in range(27)])

    draws = assign(design, random_words(design, 400))

    assert set(draws.sum(axis=1)) == {13, 14}


def test_ties_go_to_the_unit_the_stratum_and_the_card_that_come_first():
    design = stratified(["a", "b"], ["y", "x", "y", "y", "x"])  # blocks x: 1, 4 and y: 0, 2, 3

    draws = assign(design, np.zeros((1, design.n_words), dtype=np.uint64))

    assert draws.tolist() == [[0, 0, 1, 0, 1]]


@pytest.mark.parametrize("ratios", [(1, 1), (2, 1), (1, 2, 3)])
def test_one_draw_by_hand_follows_the_specification(ratios):
    """Section 4 written out over lists, for random words, unit by unit."""
    strata = ["b", "a", "b", "c", "a", "a", "b", "b", "b", "c", "b", "d", "b"]
    design = stratified(list("xyz"[: len(ratios)]), strata, ratios=ratios)
    words = np.concatenate([random_words(design, 50), random_words(design, 150) % 3])  # many ties

    for row, drawn in zip(words.tolist(), assign(design, words).tolist(), strict=True):
        names = sorted(set(strata))
        units, rest = row[:13], row[13:]
        of_strata, of_deck = rest[: len(names)], rest[len(names) :]
        deck = [code for code, ratio in enumerate(ratios) for _ in range(ratio)]
        deck = [deck[j] for _, j in sorted((word, j) for j, word in enumerate(of_deck))]
        expected, dealt = [None] * 13, 0
        for _, k in sorted((word, k) for k, word in enumerate(of_strata)):
            members = sorted((units[i], i) for i in range(13) if strata[i] == names[k])
            full = len(members) // len(deck)
            arms = [code for code, ratio in enumerate(ratios) for _ in range(full * ratio)]
            while len(arms) < len(members):
                arms.append(deck[dealt % len(deck)])
                dealt += 1
            for (_, i), code in zip(members, arms, strict=True):
                expected[i] = code
        assert drawn == expected


@pytest.mark.parametrize("ratios", [(1, 1), (2, 1), (1, 1, 1)])
def test_each_unit_has_exactly_its_ratio_of_every_arm_over_all_orders(ratios):
    """All orders of units, strata and cards of a small design, each as likely as another."""
    design = stratified(list("xyz"[: len(ratios)]), ["p", "p", "q"], ratios=ratios)
    orders = product(*(permutations(range(size)) for size in (3, 2, sum(ratios))))
    words = np.array([[*units, *of_strata, *deck] for units, of_strata, deck in orders])

    draws = assign(design, words.astype(np.uint64))

    for unit, code in product(range(3), range(len(ratios))):
        chance = Fraction(int((draws[:, unit] == code).sum()), len(draws))
        assert chance == Fraction(ratios[code], sum(ratios))


def test_the_same_words_give_the_same_arms_in_any_company():
    design = stratified(["a", "b", "c"], ["s", "t"] * 11)
    words = random_words(design, 40)

    together = assign(design, words)

    assert together.tolist() == [assign(design, row[None])[0].tolist() for row in words]


@pytest.mark.parametrize(
    "words",
    [
        np.zeros((1, 8), dtype=np.uint64),
        np.zeros(7, dtype=np.uint64),
        np.zeros((1, 7), dtype=np.int64),
    ],
)
def test_words_of_another_shape_are_refused(words):
    design = stratified(["a", "b"], ["s"] * 4)

    with pytest.raises(DesignError, match=r"uint64 words of shape \(draws, 7\)"):
        assign(design, words)
