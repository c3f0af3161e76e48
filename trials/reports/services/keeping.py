"""Keeping a row of this room with its line in the audit chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.audit import record


def keep(
    session: Session, row: Any, event: str, subject: str, by: int, now: datetime, **details: str
) -> None:
    """Add ``row`` and its line in the audit chain to the caller's transaction."""
    session.add(row)
    session.flush()
    record(session, event, subject, by=by, at=now, details=details)


def next_number(session: Session, column: Any, trial_id: int) -> int:
    """Return the number after the highest in ``column`` of a trial's rows."""
    newest = session.scalar(select(func.max(column)).where(column.class_.trial_id == trial_id))
    return int(newest or 0) + 1
