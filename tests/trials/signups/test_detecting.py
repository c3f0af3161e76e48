"""The effect a number of schools can show, against the formula written out."""

import math

import pytest
from scipy.stats import t

from trials.agreements.example import PROTOCOL
from trials.agreements.protocol import Protocol
from trials.agreements.protocol_reading import read_protocol
from trials.signups.detecting import planned, with_schools


@pytest.fixture
def protocol() -> Protocol:
    return read_protocol(PROTOCOL)


def test_the_effect_is_the_formula_for_drawn_schools(protocol: Protocol) -> None:
    """Two levels, half of the schools treated: Dong & Maynard (2013), design CRA2."""
    variance = 0.22 * 0.5 / (0.25 * 80) + 0.78 * 0.5 / (0.25 * 80 * 19)
    expected = (t.ppf(0.975, 78) + t.ppf(0.8, 78)) * math.sqrt(variance)

    found = with_schools(protocol, 80)

    assert found is not None
    assert found.effect == pytest.approx(expected, rel=1e-9)
    assert found.months == 3


def test_the_example_promises_what_its_assumptions_give(protocol: Protocol) -> None:
    found = with_schools(protocol, protocol.size.sites)

    assert found is not None
    assert planned(protocol).effect == pytest.approx(found.effect, abs=0.005)


def test_two_schools_can_show_nothing(protocol: Protocol) -> None:
    assert with_schools(protocol, 2) is None
