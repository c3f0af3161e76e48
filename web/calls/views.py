"""Every page about calls and trials; each subject has a module of its own."""

from datetime import datetime

from flask import Flask
from flask_babel import format_datetime

from web.calls import applying, assessing, deciding, managing, public, trials, words
from web.calls.blueprint import bp
from web.languages import current_language

SUBJECTS = (
    public,
    trials,
    managing,
    deciding,
    applying,
    assessing,
    words,
)  # importing adds the views


def exact(value: datetime) -> str:
    """12 maart 2027, 17.00.00 uur: a deadline to the second, in Amsterdam."""
    dutch = current_language() == "nl"
    return format_datetime(
        value, "d MMMM y, HH.mm.ss'\N{NO-BREAK SPACE}uur'" if dutch else "d MMMM y, HH:mm:ss"
    )


def init_app(app: Flask) -> None:
    app.add_template_filter(exact)
    app.register_blueprint(bp)
