"""The states of a call and of an application, each as a table."""

from collections.abc import Mapping
from enum import StrEnum


class CallState(StrEnum):
    """A published call is open between its dates; the clock, not a state, opens and closes it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


CALL_TRANSITIONS: Mapping[CallState, frozenset[CallState]] = {
    CallState.DRAFT: frozenset({CallState.PUBLISHED, CallState.WITHDRAWN}),
    CallState.PUBLISHED: frozenset({CallState.DECIDED, CallState.WITHDRAWN}),
    CallState.DECIDED: frozenset(),
    CallState.WITHDRAWN: frozenset(),
}


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    AWARDED = "awarded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


APPLICATION_TRANSITIONS: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.DRAFT: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.SUBMITTED: frozenset(
        {ApplicationState.AWARDED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.AWARDED: frozenset(),
    ApplicationState.REFUSED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}
