"""Every page about people; each subject has a module of its own."""

from flask import Flask

from web.people import account, everyone, proposals, sign_in
from web.people.blueprint import bp
from web.people.browser import who_is_there
from web.people.words import scope_in_words

SUBJECTS = (sign_in, account, everyone, proposals)  # importing one is what adds its views


def init_app(app: Flask) -> None:
    app.config["WHO"] = who_is_there
    app.add_template_filter(scope_in_words, "reach")
    app.register_blueprint(bp)
