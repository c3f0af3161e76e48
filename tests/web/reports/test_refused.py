"""Why an estimate cannot be made, and what to know of one, in Dutch and in English."""

import json

import pytest
from flask_babel import force_locale

from analysis.notices import NOTICES
from trials.errors import BadInput
from trials.reports.estimation import estimate_release
from trials.reports.refusals import kept
from web.app import create_app
from web.reports.refused import sentences, warned
from web.settings import Settings

ANALYSIS = {"part": "primary", "subject": "y"}
ROWS = [f"{school},{school % 2},{pupil % 7}" for school in range(6) for pupil in range(5)]
FILE = "\n".join(["school,arm,y", *ROWS]).encode()


@pytest.fixture
def app(shared_sqlite, catalogues):
    return create_app(Settings(secret_key="k" * 32), shared_sqlite)


def stored(specification):
    asked = {"outcome": "y", "arm": "arm", "school": "school"} | specification
    with pytest.raises(BadInput) as refusal:
        estimate_release(FILE, asked, {})
    return json.loads(json.dumps([kept(refusal.value, 0, ANALYSIS)]))


def test_a_refusal_that_was_kept_is_told_in_both_languages(app):
    found = stored({"covariates": ["pretest"]})

    with app.test_request_context(), force_locale("nl"):
        dutch = sentences(found)[0]["sentence"]
    with app.test_request_context(), force_locale("en"):
        english = sentences(found)[0]["sentence"]

    assert dutch == "Er is geen kolom pretest; de kolommen zijn school, arm, y."
    assert english == "There is no column pretest; the columns are school, arm, y."


def test_a_number_in_a_refusal_keeps_the_comma_of_the_page(app):
    found = stored({"level": 1.5})

    with app.test_request_context(), force_locale("nl"):
        told = sentences(found)[0]["sentence"]

    assert told == "De betrouwbaarheid van het interval ligt tussen 0 en 1; 1,5 kan niet."


def test_every_warning_of_a_result_is_told_in_the_language_of_the_page(app):
    blanks = {"n": 3, "column": "leerling", "rows": "4, 9", "value": "999", "count": 12}
    printed = [notice.told(**blanks) for notice in NOTICES]

    with app.test_request_context(), force_locale("nl"):
        dutch = warned([*printed, "An older version said {this}."])
    with app.test_request_context(), force_locale("en"):
        english = warned(printed)

    assert dutch[0].startswith("Er zijn maar 3 scholen;")
    assert not {word for told in dutch[:-1] for word in ("The ", " school in ") if word in told}
    assert dutch[-1] == "An older version said {this}."
    assert english == printed
