"""How folders put their tasks and their doors on the desk.

``web/<folder>/tasks.py`` says ``TASKS = {kind: TaskPage(…)}`` for the tasks that
``trials/<folder>/queries`` reports through ``tasks_for``, and may say ``DOORS = (Door(…), …)``
for what a role can begin by itself.
"""

from dataclasses import dataclass

from flask_babel import LazyString

from trials.permissions import ROLE_PERMISSIONS, Actor, Permission


@dataclass(frozen=True, slots=True)
class TaskPage:
    """The page where a task is done: ``argument`` of ``endpoint`` gets the task's subject."""

    endpoint: str
    argument: str
    title: LazyString


@dataclass(frozen=True, slots=True)
class Door:
    """A page that is always there for whoever has ``permission`` anywhere."""

    endpoint: str
    title: LazyString
    permission: Permission

    def opens_for(self, actor: Actor) -> bool:
        return any(self.permission in ROLE_PERMISSIONS[held.role] for held in actor.roles)
