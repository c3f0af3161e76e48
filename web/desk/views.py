"""The desk: what waits for you, what runs, what is done."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from trials.tasks import TaskState
from web.access import signed_in
from web.desk.gathering import Row, doors_for, lines_for, of_kind, rows_of

MOST_ROWS = 7  # more than that is a list nobody starts on

bp = Blueprint("desk", __name__, template_folder="templates")


@bp.get("/desk")
@signed_in
def index() -> ResponseReturnValue:
    """The signed-in person's desk; ``?all=1`` shows every row."""
    lines = lines_for(g.session, g.actor, g.now)
    most = len(lines) if request.args.get("all") else MOST_ROWS
    parts: dict[TaskState, list[Row]] = {state: rows_of(lines, state) for state in TaskState}
    return render_template(
        "desk/index.html",
        parts={state: rows[:most] for state, rows in parts.items()},
        more=sum(max(0, len(rows) - most) for rows in parts.values()),
        doors=doors_for(g.actor),
        State=TaskState,
    )


@bp.get("/desk/<any(waiting, running, done):state>/<kind>")
@signed_in
def of_one_kind(state: str, kind: str) -> ResponseReturnValue:
    """Every task of one kind, where the desk shows them as one row. 404 when there is none."""
    lines = lines_for(g.session, g.actor, g.now)
    return render_template("desk/kind.html", lines=of_kind(lines, TaskState(state), kind))
