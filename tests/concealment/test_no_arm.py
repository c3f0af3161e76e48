"""Nobody learns an arm before its time: not from a page, an export, a mail or a table."""

import pytest

from tests.concealment.conftest import KEEPS
from tests.concealment.walking import assert_no_arm
from trials.draws.queries import arms_of_trial

BLIND = [
    None,
    "recruiter",
    "tester",
    "analyst",
    "assessor",
    "applicant",
    "expert",
    "observer",
    "administrator",
    f"coordinator {KEEPS}",
    f"board {KEEPS}",
]


def test_the_two_worlds_differ_in_all_arms_but_those_of_one_pair(two_worlds):
    arms = [
        {a.signup_id: a.arm for a in arms_of_trial(place.world.session, place.world.trial_id)}
        for place in two_worlds
    ]

    same = {signup for signup, arm in arms[0].items() if arms[1][signup] == arm}

    assert len(same) == 2
    assert two_worlds[0].world.signups[KEEPS] in same


@pytest.mark.parametrize("name", BLIND, ids=str)
def test_nothing_a_blind_reader_can_open_depends_on_the_allocation(two_worlds, name):
    assert_no_arm(*two_worlds, name)


@pytest.mark.parametrize("name", ["provider", "manager", "officer", "coordinator 0"])
def test_the_walk_finds_what_those_who_may_know_it_see(two_worlds, name):
    with pytest.raises(AssertionError, match="can tell arms from"):
        assert_no_arm(*two_worlds, name, only="draws.")


def test_no_table_outside_draw_and_delivery_depends_on_the_allocation(two_worlds):
    """The audit chain, the outbox, proposals and all others."""
    one, other = (place.tables() for place in two_worlds)

    assert {name for name in one if one[name] != other[name]} == set()
    assert len(one["audit"]) > 10
    assert len(one["outbox"]) > 5
