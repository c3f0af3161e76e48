"""The application answers, knows the language, and refuses in words."""

from datetime import UTC, datetime

import pytest

from trials.database import make_engine
from trials.errors import BadInput, NotFound, TooOften
from trials.people.models import Deployment, Grant, Person, SignInMethod
from trials.permissions import Role, ScopeKind
from web.app import create_app
from web.settings import DEMONSTRATION_SECRET, Settings, SettingsError

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_the_first_page_is_dutch_and_turns_english_by_a_link(client):
    assert b'<html lang="nl"' in client.get("/").data

    answer = client.get("/language/en?next=/")

    assert answer.status_code == 303
    assert answer.location == "/"
    assert b'<html lang="en"' in client.get("/").data


def test_the_language_link_never_leads_to_another_site(client):
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        answer = client.get("/language/en", query_string={"next": address})
        assert answer.location == "/"


def test_health_asks_the_database(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_health_says_when_the_database_is_gone(settings, session, shared_engine):
    app = create_app(settings, shared_engine)
    app.extensions["sessions"].configure(bind=make_engine("postgresql://nobody@127.0.0.1:1/none"))

    answer = app.test_client().get("/healthz")

    assert answer.status_code == 503


def test_a_page_that_does_not_exist_says_so_in_dutch(client):
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in answer.text


@pytest.mark.parametrize(
    ("refusal", "status"), [(NotFound("x"), 404), (BadInput("x"), 422), (TooOften("x"), 429)]
)
@pytest.mark.own_app
def test_a_refusal_has_the_status_of_its_class(app, client, refusal, status):
    def refuse():
        raise refusal

    refuse.access = "public"
    app.add_url_rule("/refuse", view_func=refuse)

    assert client.get("/refuse").status_code == status


@pytest.mark.own_app
def test_a_view_without_a_rule_is_refused(app, client):
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")

    assert client.get("/forgotten").status_code == 403


def test_a_real_programme_needs_its_own_secret(shared_engine, session):
    with pytest.raises(SettingsError, match="LOTING_SECRET_KEY"):
        create_app(Settings(), shared_engine)
    with pytest.raises(SettingsError, match="not the demonstration's"):
        create_app(Settings(secret_key=DEMONSTRATION_SECRET), shared_engine)


def test_a_demonstration_runs_without_a_secret_and_says_what_it_is(shared_engine, session):
    session.add(Deployment(id=1, demonstration=True))
    session.commit()

    page = create_app(Settings(), shared_engine).test_client().get("/")

    assert 'class="demonstration"' in page.text
    assert "Strict-Transport-Security" not in page.headers


def test_a_signed_in_page_knows_the_person_and_is_kept_nowhere(client, session):
    person = Person(
        name="M. Voorbeeld", email="m@voorbeeld.nl", method=SignInMethod.LINK, created_at=NOON
    )
    session.add(person)
    session.flush()
    session.add(
        Grant(
            person_id=person.id,
            role=Role.NRO_OFFICER,
            scope_kind=ScopeKind.PROGRAMME,
            granted_at=NOON,
        )
    )
    client.act_as(person)

    page = client.get("/")

    assert "M. Voorbeeld" in page.text
    assert page.headers["Cache-Control"] == "no-store"
