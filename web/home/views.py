"""The first page, and whether the service is well."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from web.access import public

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """What runs now, for anyone."""
    return render_template("home/index.html")


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """200 when the database answers."""
    g.session.execute(text("SELECT 1"))
    return {"status": "ok"}
