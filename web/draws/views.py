"""Every page about draws; each subject has a module of its own."""

from flask import Flask

from trials.draws import erasing, jobs
from web.draws import arriving, preparing, revealing, showing, waving
from web.draws.blueprint import bp
from web.draws.words import beacon_in_words, method_in_words, party_in_words

SUBJECTS = (arriving, preparing, revealing, showing, waving)  # importing one is what adds its views
OTHERS = (erasing, jobs)  # and importing these registers erasers and sweeps


def init_app(app: Flask) -> None:
    app.add_template_filter(party_in_words, "party")
    app.add_template_filter(beacon_in_words, "beacon")
    app.add_template_filter(method_in_words, "method")
    app.register_blueprint(bp)
