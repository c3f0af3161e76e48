"""When, in the life of its trial, a version was locked: what the reader of a result must know."""

from calendar import monthrange
from datetime import datetime

from trials.agreements.models import Moment
from trials.calls.models import Trial
from trials.days import AMSTERDAM

PLAN_MONTHS = 3  # after the first draw, within which an analysis plan is in time


def moment_of(trial: Trial, now: datetime) -> Moment:
    """Return the moment of something locked at ``now``, from the milestones of the trial."""
    if trial.true_arms_at is not None and trial.true_arms_at <= now:
        return Moment.AFTER
    if trial.first_outcome_at is not None and trial.first_outcome_at <= now:
        return Moment.BEFORE_TRUE_ARMS
    if trial.first_drawn_at is not None and trial.first_drawn_at <= now:
        return Moment.BEFORE_OUTCOMES
    return Moment.BEFORE_DRAW


def plan_due(trial: Trial) -> datetime | None:
    """Return the end of the three months for an analysis plan; None before the first draw.

    Months are those of the calendar in Amsterdam: from 30 November to the last of February.
    """
    if trial.first_drawn_at is None:
        return None
    drawn = trial.first_drawn_at.astimezone(AMSTERDAM)
    years, month = divmod(drawn.month - 1 + PLAN_MONTHS, 12)
    year, month = drawn.year + years, month + 1
    day = min(drawn.day, monthrange(year, month)[1])
    return drawn.replace(year=year, month=month, day=day)


def is_late(trial: Trial, locked_at: datetime) -> bool:
    """Say whether an analysis plan was locked later than three months after the first draw."""
    due = plan_due(trial)
    return due is not None and locked_at > due
