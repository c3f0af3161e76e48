"""A token opens what it was made for, until it ends; a cookie opens nothing here."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.trials.school_trial import NOON
from tests.web.api.world import token_of
from trials.people.models import ApiToken, Grant, Person
from trials.people.throttle import Limit
from trials.people.tokens import TokenScope


def protected(app, world):
    """Every path that asks for a token, with ids of things that exist."""
    ids = {"signup_id": world.signup_id, "release_id": world.release_id, "slug": "samen-lezen"}
    for path, item in app.extensions["api_document"]["paths"].items():
        if "security" in item["get"]:
            yield path.removeprefix("/api/v1").format(**ids)


def test_every_protected_operation_refuses_without_a_good_token(app, ask, world):
    paths = list(protected(app, world))
    assert len(paths) == 7

    for path in paths:
        for answer in (
            ask(path),
            ask(path, token="made-up"),
            ask(path, Authorization="Basic eDp5"),
        ):
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_refused_even_where_none_is_needed(ask):
    assert ask("/calls").status_code == 200
    assert ask("/calls", token="made-up").status_code == 401


@pytest.mark.parametrize(
    "over", [{"days": 0}, {"ended_at": NOON - timedelta(days=1)}], ids=["expired", "ended"]
)
def test_a_token_that_is_over_opens_nothing(ask, session, world, over):
    token = token_of(session, world.scene.people["coordinator"], **over)

    assert ask(f"/signups/{world.signup_id}", token=token).status_code == 401


def test_a_token_of_someone_shut_out_opens_nothing(ask, session, world):
    token = token_of(session, world.scene.people["coordinator"])
    session.get_one(Person, world.scene.people["coordinator"]).disabled_at = NOON

    assert ask("/signups", token=token).status_code == 401


def test_a_role_that_ended_is_gone_at_the_next_request(ask, session, world):
    token = token_of(session, world.scene.people["coordinator"])
    path = f"/signups/{world.signup_id}"
    assert ask(path, token=token).status_code == 200

    whose = Grant.person_id == world.scene.people["coordinator"]
    for grant in session.scalars(select(Grant).where(whose)):
        grant.ended_at = NOON

    assert ask(path, token=token).status_code == 404


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        (TokenScope.RELEASES_READ, "/signups"),
        (TokenScope.SIGNUPS_READ, "/releases/{0.release_id}/pupils.csv"),
    ],
)
def test_a_token_does_only_what_it_was_made_for(ask, session, world, scope, path):
    token = token_of(session, world.scene.people["colleague"], scope)

    answer = ask(path.format(world), token=token, **{"Accept-Language": "en"})

    assert answer.status_code == 403
    assert "this token was not made for" in answer.json["message"].lower()


def test_too_many_requests_are_told_when_to_come_back(ask, session, world, monkeypatch):
    monkeypatch.setattr("web.api.tokens.REQUESTS", Limit("api", 2, timedelta(minutes=5)))
    token = token_of(session, world.scene.people["manager"])

    answers = [ask("/signups", token=token) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "300"
    assert ask("/signups", "manager").status_code == 200  # another token counts for itself


def test_the_owner_sees_when_a_token_was_last_used(ask, session, world):
    ask("/signups", "manager")

    assert session.scalars(select(ApiToken.used_at)).one() == NOON


def test_a_signed_in_browser_opens_nothing_here(ask, client, session, world):
    client.act_as(session.get_one(Person, world.scene.people["coordinator"]))

    assert ask(f"/signups/{world.signup_id}").status_code == 401


def test_nothing_can_be_changed_here(app, client):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            assert rule.methods == {"GET", "HEAD", "OPTIONS"}, rule.rule

    answer = client.post("/api/v1/calls")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json["status"] == "Method Not Allowed"
