"""Every sweep looks for trials whose data may be kept no longer, and erases them with their key."""

from collections.abc import Iterator

from sqlalchemy import select

from trials.agreements.queries import locked_protocol
from trials.days import day_of
from trials.jobs import Step, Tools, job, sweep
from trials.measurements.keys import KeyFolder
from trials.measurements.models import Pupil
from trials.measurements.services.retaining import erase_after_retention

JOB = "retention"


@sweep
def overdue(tools: Tools) -> Iterator[tuple[str, int]]:
    """Yield the trials that still hold pupils after their last day."""
    if tools.demonstration:
        return
    with tools.sessions() as session:
        trials = session.scalars(
            select(Pupil.trial_id).where(Pupil.erased_at.is_(None)).distinct()
        ).all()
        today = day_of(tools.clock())
        for trial_id in trials:
            if locked_protocol(session, trial_id).retention_until < today:
                yield JOB, trial_id


@job(JOB)
def retire(trial_id: int, step: Step) -> None:
    """Erase the pupils, then destroy the key; each can run twice without harm."""
    step(_erase, trial_id)
    step(_destroy_key, trial_id)


def _erase(tools: Tools, trial_id: int) -> int:
    with tools.sessions() as session:
        return erase_after_retention(session, trial_id=trial_id, now=tools.clock())


def _destroy_key(tools: Tools, trial_id: int) -> None:
    KeyFolder(tools.var / "keys").destroy(trial_id)
