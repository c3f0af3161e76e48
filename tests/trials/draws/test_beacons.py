"""Rounds and values of public beacons."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from trials.draws.beacons import BEACONS, beacon_named, example_value, read_published, round_of
from trials.errors import BadInput

# Round 1 of the default drand chain, as published.
SIGNATURE = (
    "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b101"
    "04990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655"
)
RANDOMNESS = "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec"
ROUND_ONE = json.dumps({"round": 1, "randomness": RANDOMNESS, "signature": SIGNATURE})


def test_rounds_of_drand_follow_from_genesis_and_period():
    """2026-04-20 00:00:00 UTC is round 27946612 of quicknet by another implementation."""
    midnight = datetime(2026, 4, 20, tzinfo=UTC)

    quicknet = beacon_named("drand")

    assert quicknet.name == "drand-quicknet"
    assert quicknet.round_from(midnight) == 27946612
    assert quicknet.moment(27946612) == midnight


@pytest.mark.parametrize("name", sorted(BEACONS))
def test_the_first_round_from_a_moment_is_never_before_it(name):
    beacon = BEACONS[name]
    moment = datetime(2027, 4, 22, 12, tzinfo=UTC)

    for step in range(200):
        at = moment + timedelta(milliseconds=377 * step)
        round_ = beacon.round_from(at)
        assert beacon.moment(round_ - 1) < at <= beacon.moment(round_)


def test_a_round_of_nist_is_the_minute_it_is_stamped_with():
    nist = beacon_named("nist")
    moment = datetime(2027, 4, 22, 12, 5, tzinfo=UTC)

    assert nist.moment(nist.round_from(moment)) == moment
    assert nist.published_at(nist.round_from(moment)).endswith("/1808395500000")


def test_a_published_round_of_drand_is_read_whole_or_bare():
    party = "beacon:drand-default:1"

    assert read_published(party, ROUND_ONE) == RANDOMNESS
    assert read_published(party, f" {RANDOMNESS.upper()}\n") == RANDOMNESS


def test_a_value_that_does_not_follow_from_its_signature_is_refused():
    changed = ROUND_ONE.replace(RANDOMNESS, "f" * 64)

    with pytest.raises(BadInput, match="does not follow"):
        read_published("beacon:drand-default:1", changed)


def test_another_round_than_the_sealed_one_is_refused():
    with pytest.raises(BadInput, match="not round 2"):
        read_published("beacon:drand-default:2", ROUND_ONE)


def test_a_pulse_of_nist_is_read_by_its_stamp():
    value = hashlib.sha512(b"pulse").hexdigest()
    nist = beacon_named("nist")
    round_ = nist.round_from(datetime(2027, 4, 22, 12, 5, tzinfo=UTC))
    pulse = {"pulse": {"timeStamp": "2027-04-22T12:05:00.000Z", "outputValue": value.upper()}}

    assert read_published(nist.party(round_), json.dumps(pulse)) == value
    with pytest.raises(BadInput, match="not round"):
        read_published(nist.party(round_ + 1), json.dumps(pulse))


@pytest.mark.parametrize("text", ["", "12ab", "{", '{"pulse": []}', "[]", "g" * 64, "f" * 128])
def test_what_is_no_published_value_is_refused(text):
    with pytest.raises(BadInput):
        read_published("beacon:drand-default:1", text)


def test_the_example_beacon_takes_its_own_value_only():
    party = "beacon:voorbeeld:42"

    assert read_published(party, example_value(42)) == example_value(42)
    with pytest.raises(BadInput, match="example"):
        read_published(party, example_value(41))


def test_an_unknown_beacon_is_refused_by_name():
    with pytest.raises(BadInput, match="maanstand"):
        beacon_named("maanstand")
    assert round_of("beacon:nist-2:7")[1] == 7
