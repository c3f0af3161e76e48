"""The first page, and whether the service is well."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from trials.calls.queries.calls import open_calls
from trials.calls.queries.trials import public_trials
from trials.signups.queries import open_school_calls
from web.access import public

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """What anyone may see: trials that look for schools, open calls, and every trial."""
    return render_template(
        "home/index.html",
        school_calls=open_school_calls(g.session, g.now),
        calls=open_calls(g.session, g.now),
        trials=public_trials(g.session),
    )


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """200 when the database answers, else 503."""
    try:
        g.session.execute(text("SELECT 1"))
    except DBAPIError:
        return {"status": "the database does not answer"}, 503
    return {"status": "ok"}
