"""Where a trial stands on its line of life."""

from datetime import UTC, datetime

import pytest

from trials.calls.models import Trial
from trials.lifecycle import TrialState
from web.life import STOPS, stop_of

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", [state for state in TrialState if state != TrialState.STOPPED])
def test_every_state_has_a_stop_and_none_lies_before_the_last(state):
    order = list(TrialState)
    earlier = [stop_of(before) for before in order[: order.index(state)]]

    assert all(stop <= stop_of(state) < len(STOPS) for stop in earlier)


def test_a_trial_is_at_its_outcomes_once_the_first_has_come_in():
    trial = Trial(state=TrialState.DELIVERING)
    assert STOPS[stop_of(trial)] == STOPS[6]

    trial.first_outcome_at = NOON

    assert stop_of(trial) == 7


@pytest.mark.parametrize(
    ("milestones", "stop"),
    [
        ({}, 2),
        ({"first_sealed_at": NOON}, 5),
        ({"first_sealed_at": NOON, "first_drawn_at": NOON}, 6),
        ({"first_drawn_at": NOON, "first_outcome_at": NOON}, 7),
        ({"first_outcome_at": NOON, "outcomes_locked_at": NOON}, 8),
    ],
)
def test_a_stopped_trial_stays_where_it_had_come(milestones, stop):
    assert stop_of(Trial(state=TrialState.STOPPED, **milestones)) == stop
