"""What rests on a dataset hears of the next one: later rooms register what they then do.

Like acts, jobs and erasers: a room never imports a later one.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from trials.calls.models import Trial

Follower = Callable[[Session, Trial, str, int, datetime], None]
_FOLLOWERS: list[Follower] = []


def follows_data(follower: Follower) -> Follower:
    """Register what follows when a trial has new data to analyse, in the same transaction.

    It is called with the trial, the reason that was given, who gave it (a person's id) and when.
    """
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)
    return follower


def tell_followers(session: Session, trial: Trial, reason: str, by: int, now: datetime) -> None:
    """Let every later room act on the new data of a trial."""
    for follower in _FOLLOWERS:
        follower(session, trial, reason, by, now)
