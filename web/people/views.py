"""Every page about people; each subject has a module of its own."""

from collections.abc import Callable

from flask import Flask

from web.people import account, everyone, proposals, sign_in
from web.people.blueprint import bp
from web.people.browser import who_is_there
from web.people.shown import label_of, readable, rows_of
from web.people.words import scope_in_words

FILTERS: dict[str, Callable[..., object]] = {
    "reach": scope_in_words,
    "label_of": label_of,
    "readable": readable,
    "rows": rows_of,
}
SUBJECTS = (sign_in, account, everyone, proposals)  # importing one is what adds its views


def init_app(app: Flask) -> None:
    app.config["WHO"] = who_is_there
    for name, filter_ in FILTERS.items():
        app.add_template_filter(filter_, name)
    app.register_blueprint(bp)
