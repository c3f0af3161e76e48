"""The states of a school's sign-up, as a table."""

from collections.abc import Mapping
from enum import StrEnum


class SignupState(StrEnum):
    """How far a school is; the tasks of the council run beside it."""

    INTERESTED = "interested"  # eligibility answered
    SUBMITTED = "submitted"  # groups, tests and both outcomes accepted
    SIGNED = "signed"  # by the board
    COMPLETE = "complete"  # council done too: may be drawn
    WAITING = "waiting"  # submitted when all places were taken
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"


SIGNUP_TRANSITIONS: Mapping[SignupState, frozenset[SignupState]] = {
    SignupState.INTERESTED: frozenset(
        {SignupState.SUBMITTED, SignupState.WAITING, SignupState.WITHDRAWN}
    ),
    SignupState.WAITING: frozenset({SignupState.SUBMITTED, SignupState.WITHDRAWN}),
    SignupState.SUBMITTED: frozenset({SignupState.SIGNED, SignupState.WITHDRAWN}),
    SignupState.SIGNED: frozenset({SignupState.COMPLETE, SignupState.WITHDRAWN}),
    SignupState.COMPLETE: frozenset({SignupState.WITHDRAWN}),
    SignupState.WITHDRAWN: frozenset(  # a school may come back until it is drawn
        {SignupState.INTERESTED, SignupState.INELIGIBLE}
    ),
    SignupState.INELIGIBLE: frozenset({SignupState.INTERESTED}),  # an answer was corrected
}

STARTS_AGAIN = frozenset({SignupState.INELIGIBLE, SignupState.WITHDRAWN})
HOLDS_A_PLACE = frozenset({SignupState.SUBMITTED, SignupState.SIGNED, SignupState.COMPLETE})
