"""Every view says who may reach it, and no view writes without a token of our own page."""

import pytest

from web.access import PUBLIC, SIGNED_IN, rule_of
from web.addresses import local_path

WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def _views(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method, app.view_functions[rule.endpoint]


def test_every_route_has_a_rule(app):
    routes = list(_views(app))
    assert len(routes) > 3

    without = {
        f"{method} {rule.rule}"
        for rule, method, view in routes
        if rule_of(view, method) not in (PUBLIC, SIGNED_IN)
    }
    assert without == set()


def test_every_page_for_the_signed_in_sends_others_to_sign_in(app, client):
    """Answered before any view runs, so that made-up ids do not matter."""
    for rule, method, view in _views(app):
        if rule_of(view, method) == SIGNED_IN:
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, _made_up(rule), method)
            assert client.open(address, method=method).status_code in (303, 401), rule.rule


def test_no_route_writes_without_a_token(app, client):
    app.config["WTF_CSRF_ENABLED"] = True

    for rule, method, _view in _views(app):
        if method in WRITING and not rule.rule.startswith("/api/"):
            address = app.url_map.bind("localhost").build(rule.endpoint, _made_up(rule), method)
            assert client.open(address, method=method).status_code in (400, 401), rule.rule


def _made_up(rule):
    """Fill a route in: a listed value where only those are let through, else the number 1."""
    listed = {name: getattr(rule._converters[name], "items", ()) for name in rule.arguments}
    return {name: min(values, default="1") for name, values in listed.items()}


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil", "/a\nb", "evil", "", None]
)
def test_only_paths_of_this_site_are_followed(address):
    assert local_path(address) == "/"


def test_a_path_of_this_site_is_followed():
    assert local_path("/trials/lezen?stap=2") == "/trials/lezen?stap=2"


def test_a_character_no_database_can_store_is_refused_before_it_gets_there(client):
    typed = {"email": "a\0@voorbeeld.nl", "password": "x" * 12}

    assert client.post("/sign-in/password", data=typed).status_code == 400
    assert client.get("/schools", query_string={"q": "\0"}).status_code == 400
