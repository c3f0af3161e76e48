"""The line of life of a trial: sixteen steps gathered in nine stops."""

from flask_babel import lazy_gettext

from trials.calls.models import Trial
from trials.lifecycle import TrialState

STOPS = (
    lazy_gettext("Call"),
    lazy_gettext("Assessment"),
    lazy_gettext("Protocol"),
    lazy_gettext("Schools"),
    lazy_gettext("Baseline"),
    lazy_gettext("Draw"),
    lazy_gettext("Delivery"),
    lazy_gettext("Outcomes"),
    lazy_gettext("Result"),
)
STOP_OF_STATE = {
    TrialState.AWARDED: 2,
    TrialState.DESIGNING: 2,
    TrialState.RECRUITING: 3,
    TrialState.SEALED: 5,
    TrialState.DELIVERING: 6,
    TrialState.MEASURED: 8,
    TrialState.RELEASED: 8,
    TrialState.REPORTED: 8,
    TrialState.PUBLISHED: 8,
}


def stop_of(trial: Trial | TrialState) -> int:
    """Return the number of the stop a trial is at, 0 (call) to 8 (result)."""
    if isinstance(trial, TrialState):
        return STOP_OF_STATE.get(trial, 0)
    if trial.state is TrialState.STOPPED:
        return _stop_of_milestones(trial)
    if trial.state is TrialState.DELIVERING and trial.first_outcome_at is not None:
        return 7
    return STOP_OF_STATE[trial.state]


def _stop_of_milestones(trial: Trial) -> int:
    """Where a stopped trial had come to."""
    reached = (
        (trial.outcomes_locked_at, 8),
        (trial.first_outcome_at, 7),
        (trial.first_drawn_at, 6),
        (trial.first_sealed_at, 5),
    )
    return next((stop for moment, stop in reached if moment is not None), 2)
