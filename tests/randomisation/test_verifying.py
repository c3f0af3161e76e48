"""A receipt holds, or the sentence says which part does not."""

import pytest

from randomisation import draw, verify


@pytest.fixture
def receipt(generate):
    return draw(*generate("blocked", 6)).to_dict()


def test_a_receipt_holds_and_says_of_how_many_units(receipt):
    verdict = verify(receipt)

    assert verdict.holds
    assert f"the allocation of {len(receipt['allocation'])} units follows" in verdict.sentence


@pytest.mark.parametrize(
    "field", ["fingerprint", "seed", "candidate", "allocation", "allocation_sha256", "lines"]
)
def test_another_value_is_found_and_named(generate, receipt, field):
    other = draw(*generate("blocked", 7)).to_dict() | {"candidate": 1}

    verdict = verify(receipt | {field: other[field]})

    assert not verdict.holds
    assert f'"{field}" is not what follows' in verdict.sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"note": "x"}, 'unknown key "note"'),
        ({"nonces": "x"}, "nonces must be a list"),
        ({"nonces": [1, 2, 3]}, "a nonce must be text"),
        ({"candidate": False}, "False cannot stand in a record"),
        ({"sealed": "x"}, "the record must be an object"),
        ({"balance": "0.100000000000"}, '"balance" is not what follows'),
    ],
)
def test_a_receipt_of_another_shape_does_not_hold(receipt, change, sentence):
    verdict = verify(receipt | change)

    assert not verdict.holds
    assert sentence in verdict.sentence


def test_a_missing_part_is_named(receipt):
    del receipt["lines"]

    assert 'the receipt has no "lines"' in verify(receipt).sentence


def test_a_nonce_in_capitals_does_not_hold(receipt):
    """A beacon's value enters the seed in lower case; a receipt shows it so."""
    receipt["nonces"][2] = receipt["nonces"][2].upper()

    assert not verify(receipt).holds
