"""Every page about protocol and analysis plan; each subject has a module of its own."""

from flask import Flask

from web.agreements import drafting, reading
from web.agreements.blueprint import bp

SUBJECTS = (reading, drafting)  # importing one is what adds its views


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
