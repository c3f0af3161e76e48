"""What waits for a person, gathered from every folder that reports tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from sqlalchemy.orm import Session

from trials.permissions import Actor
from trials.tasks import Task, TaskState
from web.tasks import Door, TaskPage

ROOMS = (  # in the order of a trial's life
    "people",
    "register",
    "calls",
    "agreements",
    "signups",
    "measurements",
    "draws",
    "delivery",
    "releases",
    "reports",
    "evidence",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the desk: the task and the page where it is done."""

    task: Task
    page: TaskPage


def lines_for(session: Session, actor: Actor, now: datetime) -> list[Line]:
    """Return every task of the actor, the oldest deadline first, those without one last."""
    lines = [
        Line(task, pages[task.kind])
        for room, pages in _pages_by_room()
        for task in _tasks_of(room, session, actor, now)
    ]
    return sorted(lines, key=lambda line: (line.task.due is None, line.task.due or now))


def in_state(lines: list[Line], state: TaskState) -> list[Line]:
    return [line for line in lines if line.task.state is state]


def doors_for(actor: Actor) -> list[Door]:
    """Return what the actor can begin without being asked."""
    tables = (_optional(f"web.{room}.tasks") for room in ROOMS)
    doors = (door for table in tables for door in getattr(table, "DOORS", ()))
    return [door for door in doors if door.opens_for(actor)]


def _pages_by_room() -> Iterator[tuple[str, dict[str, TaskPage]]]:
    for room in ROOMS:
        table = _optional(f"web.{room}.tasks")
        if table is not None:
            yield room, getattr(table, "TASKS", {})


def _tasks_of(room: str, session: Session, actor: Actor, now: datetime) -> list[Task]:
    queries = _optional(f"trials.{room}.queries")
    tasks_for = getattr(queries, "tasks_for", None)
    return tasks_for(session, actor, now) if tasks_for else []


def _optional(name: str) -> ModuleType | None:
    """Import a module that a room may lack."""
    parent, _, _ = name.rpartition(".")
    if find_spec(parent) is None or find_spec(name) is None:
        return None
    return import_module(name)
