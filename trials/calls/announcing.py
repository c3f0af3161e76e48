"""Who hears that a trial stopped: its own roles, and whom later rooms know of."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from trials.calls.models import Trial

Announcer = Callable[[Session, Trial, datetime], None]
_ANNOUNCERS: list[Announcer] = []


def announces_a_stop(function: Announcer) -> Announcer:
    """Register what puts a room's mails about a stopped trial in the outbox.

    It runs in the transaction of the stop and must not open one.
    """
    _ANNOUNCERS.append(function)
    return function


def announce_stop(session: Session, trial: Trial, now: datetime) -> None:
    """Let every room tell the persons it knows that the trial stopped."""
    for announce in _ANNOUNCERS:
        announce(session, trial, now)
