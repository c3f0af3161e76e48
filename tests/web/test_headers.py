"""What a browser may do with our pages, and what the network may tell us."""

import io

import pytest


def test_a_page_allows_nothing_inline_and_no_frame(client):
    headers = client.get("/").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_real_programme_insists_on_https(client):
    answer = client.get("/language/en")

    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_the_session_cookie_is_bound_to_this_host_alone(app):
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-loting"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]


@pytest.mark.own_app
def test_a_body_that_is_too_big_is_refused_in_words(app, client):
    def receive():
        from flask import request

        return str(len(request.get_data()))

    receive.access = "public"
    app.add_url_rule("/receive", view_func=receive, methods=["POST"])

    assert client.post("/receive", data=io.BytesIO(b"x" * 1000)).text == "1000"
    too_big = client.post("/receive", data=io.BytesIO(b"x" * (1024 * 1024 + 1)))

    assert too_big.status_code == 413
    assert "20 MB" in too_big.text


@pytest.mark.own_app
def test_where_a_request_says_it_comes_from_is_not_believed(app, client):
    def where():
        from flask import request

        return f"{request.remote_addr} {request.scheme} {request.host}"

    where.access = "public"
    app.add_url_rule("/where", view_func=where)
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "e"}

    assert client.get("/where", headers=forged).text == "127.0.0.1 https localhost"


def test_only_our_own_host_is_answered(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
