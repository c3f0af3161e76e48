"""The tests of the draw can fail: wrong draws put in its place do not pass them."""

from functools import partial

import numpy as np
import pytest

from randomisation import assign
from tests.randomisation import test_blocked as blocked
from tests.randomisation import test_chances as chances
from tests.randomisation import test_enumeration as enumeration

MODULES = (blocked, enumeration)
CHECKS = {
    "every split alike": blocked.test_every_split_of_a_block_of_four_is_equally_likely,
    "bounds of each stratum": partial(
        blocked.test_every_stratum_keeps_the_bounds_of_the_specification, (2, 1)
    ),
    "shares within one": partial(
        blocked.test_equal_ratios_are_never_off_their_exact_share_by_one, (1, 1, 1)
    ),
    "one deck": blocked.test_odd_units_of_all_strata_are_dealt_from_one_deck,
    "simulated as listed": partial(
        enumeration.test_simulated_draws_are_among_those_listed_as_often_as_their_chance,
        *enumeration.LARGER[2],
    ),
    "words of SHA-256": partial(
        enumeration.test_the_words_of_sha_256_draw_each_allocation_as_often_as_its_chance,
        (2, 1),
        "aaaabbbc",
    ),
    "exact as simulated": (
        chances.test_exact_chances_of_a_roster_are_simulated_ones_within_four_standard_errors
    ),
}


def coin_flips(design, words):
    """Each unit by itself, with its right chance of every arm."""
    return design.deck[words[:, : design.n_units] % design.deck.size]


def with_nought(part, design, words):
    """The right draw with one of its three orders fixed."""
    ends = np.cumsum([0, design.n_units, len(design.blocks), design.deck.size])
    changed = words.copy()
    changed[:, ends[part] : ends[part + 1]] = 0
    return assign(design, changed)


def one_word_for_all_strata(design, words):
    """Members of every stratum ranked alike: the first of each goes the same way."""
    changed = words.copy()
    for members in design.blocks:
        changed[:, members] = words[:, : members.size]
    return assign(design, changed)


def failed(monkeypatch, wrong):
    """Return the checks that a wrong draw does not pass."""
    for place in ("randomisation.redrawing.assign", *(f"{m.__name__}.assign" for m in MODULES)):
        monkeypatch.setattr(place, wrong)
    found = set()
    for name, check in CHECKS.items():
        try:
            check()
        except (AssertionError, KeyError):
            found.add(name)
    return found


def test_coin_flips_pass_no_check(monkeypatch):
    assert failed(monkeypatch, coin_flips) == CHECKS.keys()


@pytest.mark.parametrize(
    ("wrong", "finds"),
    [
        (partial(with_nought, 0), "every split alike"),
        (partial(with_nought, 1), "exact as simulated"),
        (partial(with_nought, 2), "words of SHA-256"),
        (one_word_for_all_strata, "exact as simulated"),
    ],
    ids=["units in order", "strata in order", "deck in order", "strata alike"],
)
def test_a_draw_with_less_chance_than_it_should_have_is_found(monkeypatch, wrong, finds):
    assert finds in failed(monkeypatch, wrong)


def test_the_draw_itself_passes_every_check(monkeypatch):
    assert failed(monkeypatch, assign) == set()
