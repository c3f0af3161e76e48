"""Logs tell how the server does, and nothing about a person."""

import json

import pytest

from web.logs import redact


def test_a_request_is_one_line_without_its_address(client, capsys):
    client.get("/language/en?next=/secret-token")

    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["page"] == "/language/<any(nl, en):code>"
    assert (line["status"], line["person"]) == (303, None)
    assert "secret-token" not in json.dumps(line)


@pytest.mark.own_app
def test_a_crash_is_logged_with_its_traceback_but_without_a_pupils_number(app, client, capsys):
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def crash():
        raise RuntimeError("pupil 123456782, ouder@voorbeeld.nl")

    crash.access = "public"
    app.add_url_rule("/crash", view_func=crash)

    page = client.get("/crash")

    log = capsys.readouterr().err
    assert page.status_code == 500
    assert "RuntimeError" in log
    assert "123456782" not in log
    assert "ouder@voorbeeld.nl" not in log
    assert "RuntimeError" not in page.text


def test_short_numbers_and_words_stay():
    line = {"event": "row 14: score 212 in 2026", "ms": 12345678}

    assert redact(None, "info", line) == line
