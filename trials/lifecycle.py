"""The states of a trial as a table, and the one check every state machine here uses."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from trials.errors import IllegalTransition


class TrialState(StrEnum):
    """How far a trial is, from the award to the published result."""

    AWARDED = "awarded"
    DESIGNING = "designing"
    RECRUITING = "recruiting"
    SEALED = "sealed"
    DELIVERING = "delivering"
    MEASURED = "measured"
    RELEASED = "released"
    REPORTED = "reported"
    PUBLISHED = "published"
    STOPPED = "stopped"


TRIAL_TRANSITIONS: Mapping[TrialState, frozenset[TrialState]] = {
    TrialState.AWARDED: frozenset({TrialState.DESIGNING, TrialState.STOPPED}),
    TrialState.DESIGNING: frozenset({TrialState.RECRUITING, TrialState.STOPPED}),
    TrialState.RECRUITING: frozenset({TrialState.SEALED, TrialState.STOPPED}),
    TrialState.SEALED: frozenset(  # a void first seal returns the trial to recruiting
        {TrialState.DELIVERING, TrialState.RECRUITING, TrialState.STOPPED}
    ),
    TrialState.DELIVERING: frozenset({TrialState.MEASURED, TrialState.STOPPED}),
    TrialState.MEASURED: frozenset({TrialState.RELEASED, TrialState.STOPPED}),
    TrialState.RELEASED: frozenset({TrialState.REPORTED, TrialState.STOPPED}),
    TrialState.REPORTED: frozenset(  # new data under the conclusion return it to released
        {TrialState.PUBLISHED, TrialState.RELEASED, TrialState.STOPPED}
    ),
    TrialState.PUBLISHED: frozenset(),
    TrialState.STOPPED: frozenset(),  # stopping is published, not hidden
}


State = TypeVar("State", bound=StrEnum)


def check_transition(
    table: Mapping[State, frozenset[State]], current: State, target: State, *, what: str
) -> None:
    """Refuse a step the table does not list.

    Raises ``IllegalTransition`` naming ``what`` (a trial, a draw), the state and the target.
    """
    if target not in table[current]:
        raise IllegalTransition(what, current, target)
