"""Every refusal is the same object, with a sentence in the language that was asked for."""

import pytest


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Er is geen gepubliceerd resultaat onder deze naam."),
        ("en-GB, nl;q=0.5", "There is no published result under this name."),
        ("fr, en;q=0.5", "There is no published result under this name."),
        ("", "Er is geen gepubliceerd resultaat onder deze naam."),
    ],
)
def test_the_sentence_follows_the_languages_asked_for(ask, language, sentence):
    answer = ask("/results/nothing", **{"Accept-Language": language})

    assert answer.status_code == 404
    assert answer.json == {"code": 404, "status": "Not Found", "message": sentence}
    assert answer.headers["Content-Language"] == ("en" if sentence.startswith("There") else "nl")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nothing-here", 404, "openapi.json"),
        ("/calls/99999999999999999999", 404, "openapi.json"),
        ("/results/%00", 404, "openapi.json"),
        ("/calls?kind=other", 422, "kind must be one of interventions, evaluators"),
        ("/calls?kidn=evaluators", 422, "no filter kidn here"),
        ("/signups", 401, "Authorization: Bearer"),
    ],
)
def test_a_refusal_says_what_to_do_about_it(ask, path, status, words):
    answer = ask(path, **{"Accept-Language": "en"})

    assert answer.status_code == status
    assert set(answer.json) == {"code", "status", "message"}
    assert words in answer.json["message"]


@pytest.mark.parametrize("path", ["/releases/99999999999999999999/pupils.csv", "/results/%00"])
def test_an_address_the_database_cannot_look_up_is_no_page(client, path):
    assert client.get(path).status_code in (303, 404)
