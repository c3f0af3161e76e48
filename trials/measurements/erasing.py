"""What is erased here is erased from what later rooms made of it: they register how.

Like acts and jobs: a room never imports a later one, and law goes first in all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Erased:
    """Pupils of one trial, or their scores on one instrument."""

    trial_id: int
    pseudonyms: frozenset[str]
    instrument_code: str = ""  # "" is all that is known of them


Eraser = Callable[[Session, Erased, datetime], None]
_ERASERS: list[Eraser] = []


def erases_too(eraser: Eraser) -> Eraser:
    """Register what erases the same pupils elsewhere, in the transaction that erases them here.

    It must do no harm when it runs again.
    """
    if eraser not in _ERASERS:
        _ERASERS.append(eraser)
    return eraser


def erase_elsewhere(session: Session, erased: Erased, now: datetime) -> None:
    """Let every later room erase what it holds of these pupils."""
    if erased.pseudonyms:
        for eraser in _ERASERS:
            eraser(session, erased, now)
