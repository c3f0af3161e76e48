"""What waits for a person, gathered from every folder that reports tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from sqlalchemy.orm import Session

from trials.errors import NotFound
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

GATHERED_FROM = 4  # so many tasks of one kind make one row


@dataclass(frozen=True, slots=True)
class Line:
    """One task and the page where it is done."""

    task: Task
    page: TaskPage


@dataclass(frozen=True, slots=True)
class Row:
    """One row on the desk: one line, or many alike of which the first is the most pressing."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def minutes(self) -> int:
        return sum(line.task.minutes for line in self.lines)


def lines_for(session: Session, actor: Actor, now: datetime) -> list[Line]:
    """Return every task of the actor, the oldest deadline first, those without one last."""
    lines = [
        Line(task, pages[task.kind])
        for room, pages in _pages_by_room()
        for task in _tasks_of(room, session, actor, now)
    ]
    return sorted(lines, key=lambda line: (line.task.due is None, line.task.due or now))


def rows_of(lines: list[Line], state: TaskState) -> list[Row]:
    """Return the lines of one state, with many of one kind gathered into one row."""
    by_kind: dict[str, list[Line]] = {}
    for line in lines:
        if line.task.state is state:
            by_kind.setdefault(line.task.kind, []).append(line)
    rows: list[Row] = []
    for alike in by_kind.values():
        if len(alike) >= GATHERED_FROM:
            rows.append(Row(tuple(alike)))
        else:
            rows += [Row((line,)) for line in alike]
    return sorted(rows, key=lambda row: lines.index(row.first))


def of_kind(lines: list[Line], state: TaskState, kind: str) -> list[Line]:
    """Return the lines of one state and kind. Raises ``NotFound`` when there are none."""
    found = [line for line in lines if line.task.state is state and line.task.kind == kind]
    if not found:
        raise NotFound("there is no such task")
    return found


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
