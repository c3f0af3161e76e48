"""Nonces, commitments and the seed."""

import hashlib

import pytest

from randomisation import Party, RecordError, WrongNonce, commitment
from randomisation.entropy import check_nonces, seed_of

NONCE, OTHER = "ab" * 32, "cd" * 32


def test_a_commitment_is_the_hash_of_party_and_nonce():
    expected = hashlib.sha256(b"loting-nonce/1\nnro\n" + NONCE.encode()).hexdigest()

    assert commitment("nro", NONCE) == expected
    assert commitment("e\u0301", NONCE) == commitment("\u00e9", NONCE)


@pytest.mark.parametrize("nonce", ["", NONCE[:-1], NONCE + "0", NONCE.upper(), NONCE[:-1] + "\n"])
def test_a_malformed_nonce_is_refused(nonce):
    party = Party("nro", commitment("nro", NONCE))

    with pytest.raises(RecordError, match='nonce of "nro" must be 64 lower-case'):
        party.check(nonce)


def test_a_nonce_that_was_not_committed_to_is_refused():
    with pytest.raises(WrongNonce, match='nonce of "nro" is not the one it committed to'):
        Party("nro", commitment("nro", NONCE)).check(OTHER)


def test_a_nonce_of_another_party_is_refused():
    with pytest.raises(WrongNonce):
        Party("evaluator", commitment("nro", NONCE)).check(NONCE)


@pytest.mark.parametrize("digits", [64, 128])
def test_a_beacon_value_is_taken_as_published_in_lower_case(digits):
    assert Party("beacon:drand:5").check("AB" * (digits // 2)) == "ab" * (digits // 2)


@pytest.mark.parametrize("value", ["", "ab" * 31, "xy" * 32, "ab" * 32 + " "])
def test_a_malformed_beacon_value_is_refused(value):
    with pytest.raises(RecordError, match="64 or 128 hexadecimal digits"):
        Party("beacon:drand:5").check(value)


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("nro", None, "must be 64 lower-case"),
        ("nro", "AB" * 32, "must be 64 lower-case"),
        ("nro", 7, "must be 64 lower-case"),
        ("beacon:drand:5", "ab" * 32, "commits to nothing"),
        ("beacon:drand:05", None, "does not name a beacon round"),
        ("beacon:drand", None, "does not name a beacon round"),
        ("beacon:", None, "does not name a beacon round"),
    ],
)
def test_a_malformed_party_is_refused(name, given, sentence):
    with pytest.raises(RecordError, match=sentence):
        Party(name, given)


def test_a_nonce_too_few_is_refused_and_the_parties_are_named():
    parties = [Party("nro", commitment("nro", NONCE)), Party("beacon:drand:5")]

    with pytest.raises(RecordError, match="2 nonces are needed, one for each of nro, beacon"):
        check_nonces(parties, [NONCE])


def test_the_seed_hangs_on_the_order_of_the_nonces():
    expected = hashlib.sha256(f"f\n{NONCE}\n{OTHER}".encode()).digest()

    assert seed_of("f", [NONCE, OTHER]) == expected
    assert seed_of("f", [OTHER, NONCE]) != expected
