"""The desk: what waits for you, what runs, what is done."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from trials.tasks import TaskState
from web.access import signed_in
from web.desk.gathering import doors_for, in_state, lines_for

MOST_LINES = 7  # more than that is a list nobody starts on

bp = Blueprint("desk", __name__, template_folder="templates")


@bp.get("/desk")
@signed_in
def index() -> ResponseReturnValue:
    """The signed-in person's desk; ``?all=1`` shows every line."""
    lines = lines_for(g.session, g.actor, g.now)
    most = len(lines) if request.args.get("all") else MOST_LINES
    waiting = in_state(lines, TaskState.WAITING)
    done = in_state(lines, TaskState.DONE)
    return render_template(
        "desk/index.html",
        waiting=waiting[:most],
        running=in_state(lines, TaskState.RUNNING),
        done=done[:most],
        more=max(0, len(waiting) - most) + max(0, len(done) - most),
        doors=doors_for(g.actor),
    )
