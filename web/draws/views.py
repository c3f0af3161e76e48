"""Every page about draws; each subject has a module of its own."""

from flask import Flask

from trials.draws import erasing, jobs
from web.draws import arriving, balancing, preparing, rehearsing, revealing, showing, waving
from web.draws.blueprint import bp
from web.draws.words import beacon_in_words, method_in_words, party_in_words, risk_in_words

SUBJECTS = (  # importing one is what adds its views
    arriving,
    balancing,
    preparing,
    rehearsing,
    revealing,
    showing,
    waving,
)
OTHERS = (erasing, jobs)  # and importing these registers erasers and sweeps


def init_app(app: Flask) -> None:
    app.add_template_filter(party_in_words, "party")
    app.add_template_filter(beacon_in_words, "beacon")
    app.add_template_filter(method_in_words, "method")
    app.add_template_filter(risk_in_words, "risk")
    app.add_template_filter(rehearsing.way_in_words, "way")
    app.add_template_filter(rehearsing.count_in_words, "possible")
    app.add_template_filter(rehearsing.one_in, "one_in")
    app.add_template_filter(rehearsing.known_how, "known_how")
    app.register_blueprint(bp)
