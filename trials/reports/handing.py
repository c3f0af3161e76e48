"""Handing requests for estimates to the job, after the commit they belong to."""

from sqlalchemy import event
from sqlalchemy.orm import Session

from trials.jobs import enqueue

JOB = "estimation"
_WAITING = "estimations"


def hand_over(session: Session, estimation_id: int) -> None:
    """Ask for the job once the transaction is committed; where nothing runs, a sweep finds it."""
    session.info.setdefault(_WAITING, []).append(estimation_id)


@event.listens_for(Session, "after_commit")
def _enqueue(session: Session) -> None:
    for number in session.info.pop(_WAITING, ()):
        enqueue(JOB, number)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)
