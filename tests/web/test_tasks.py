"""What a folder puts on the desk leads somewhere, and every kind of task has its words."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from web.desk.gathering import ROOMS

WITH_TASKS = [room for room in ROOMS if find_spec(f"web.{room}") and find_spec(f"web.{room}.tasks")]


@pytest.mark.parametrize("room", WITH_TASKS)
def test_every_kind_a_room_reports_has_a_page(room):
    reported = {kind for source in Path("trials", room).rglob("*.py") for kind in _kinds(source)}

    assert reported - set(import_module(f"web.{room}.tasks").TASKS) == set()


@pytest.mark.parametrize("room", WITH_TASKS)
def test_every_page_and_door_is_there(room, app):
    table = import_module(f"web.{room}.tasks")
    addresses = app.url_map.bind("localhost")

    for page in table.TASKS.values():
        assert addresses.build(page.endpoint, {page.argument: 1}).startswith("/")
    for door in getattr(table, "DOORS", ()):
        assert addresses.build(door.endpoint).startswith("/")


def _kinds(source):
    """The kinds written out in calls of ``Task`` and of a module's own short form of it."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if named and node.func.id in ("Task", "_task") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
