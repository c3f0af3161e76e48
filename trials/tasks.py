"""What waits for a person: the one shape in which every folder reports its tasks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskState(StrEnum):
    WAITING = "waiting"  # for this person, now
    RUNNING = "running"  # under way, nothing to do at this moment
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """One line on a desk.

    ``kind`` names the task ("seal_approve"); the web knows its words and its page.
    """

    kind: str
    subject_id: int
    state: TaskState
    title_nl: str = ""  # of the trial or call it belongs to
    title_en: str = ""
    due: datetime | None = None
    minutes: int = 5
