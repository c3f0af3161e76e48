"""A design is checked when it is declared."""

import numpy as np
import pytest

from randomisation import Design, DesignError, stratified


def test_blocks_come_in_the_order_of_the_bytes_of_their_names():
    design = stratified(["a", "b"], ["vo", "é", "po", "vo", "Z"])

    assert [members.tolist() for members in design.blocks] == [[4], [2], [0, 3], [1]]
    assert design.n_words == 5 + 4 + 2


def test_the_deck_holds_each_arm_as_often_as_its_ratio():
    design = stratified(["a", "b", "c"], ["x"] * 6, ratios=[2, 1, 3])

    assert design.deck.tolist() == [0, 0, 1, 2, 2, 2]


def test_a_design_cannot_be_changed():
    design = Design(arms=("a", "b"), blocks=(np.arange(4),))

    with pytest.raises(ValueError, match="read-only"):
        design.blocks[0][0] = 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"arms": ("a",)}, "2 to 100 arms"),
        ({"arms": tuple(map(str, range(101)))}, "2 to 100 arms, not 101"),
        ({"arms": ("a", "a")}, '"a" is named twice'),
        ({"arms": ("a", " ")}, "arm 2 has no label"),
        ({"ratios": (1,)}, "every arm needs a ratio"),
        ({"ratios": (1, 0)}, 'ratio of arm "b" is 0'),
        ({"ratios": (3, 3)}, "3:3 are not in lowest terms; write 1:1"),
        ({"blocks": (np.arange(4), np.arange(3, 5))}, "exactly one block"),
        ({"blocks": (np.arange(1, 5),)}, "exactly one block"),
        ({"blocks": (np.array([1, 0]),)}, "ascending order"),
        ({"blocks": (np.arange(4), np.arange(0))}, "ascending order, at least one"),
    ],
)
def test_refused(fields, sentence):
    with pytest.raises(DesignError, match=sentence):
        Design(**({"arms": ("a", "b"), "blocks": (np.arange(4),)} | fields))
