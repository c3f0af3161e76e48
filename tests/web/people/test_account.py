"""The own account and the pages of whoever invites people."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from trials.calls.models import Intervention, Trial
from trials.database import transaction
from trials.lifecycle import TrialState
from trials.mail import OutboxRow
from trials.people.actors import actor_for
from trials.people.enrolment import enrol, give_role
from trials.people.models import Grant, Person, SignInSession
from trials.people.sessions import open_session
from trials.people.tokens import TokenScope, token_visitor
from trials.people.totp import set_up_secret
from trials.permissions import PROGRAMME, Role

SECRET = "a-secret-of-the-tests-of-more-than-32-characters"


def add(session, name: str, *roles: Role) -> Person:
    now = datetime.now(UTC) - timedelta(minutes=1)
    with transaction(session):
        person = enrol(session, email=f"{name.lower()}@nko.nl", name=name, now=now)
        for role in roles:
            give_role(session, person, role, PROGRAMME, by=None, now=now)
        person.totp_nonce, person.totp_since = "nonce", now
    return person


def code_of(person: Person) -> str:
    return pyotp.TOTP(set_up_secret(person, SECRET)).now()


@pytest.fixture
def director(client, session) -> Person:
    person = add(session, "Dirk", Role.NRO_DIRECTOR)
    client.act_as(person)
    return person


@pytest.fixture
def administrator(client, session) -> Person:
    person = add(session, "Beheer", Role.ADMINISTRATOR)
    client.act_as(person)
    return person


def test_a_token_is_shown_once_and_opens_what_it_says(client, session, director):
    form = {"name": "Script", "scopes": "signups:read", "days": "30"}
    assert client.post("/account/tokens/new", data=form | {"proof": "000000"}).status_code == 422

    page = client.post("/account/tokens/new", data=form | {"proof": code_of(director)})
    token = re.search(r'<code class="hash">([\w-]{43})</code>', page.text).group(1)

    found = token_visitor(session, token, datetime.now(UTC))
    assert found.person.id == director.id
    assert found.scopes == {TokenScope.SIGNUPS_READ}
    assert token_visitor(session, token, datetime.now(UTC) + timedelta(days=30)) is None
    assert token_visitor(session, token[:-1], datetime.now(UTC)) is None
    account = client.get("/account").text
    assert "Script" in account
    assert token not in account
    assert client.post(f"/account/tokens/{found.token_id}/end").status_code == 303
    session.expire_all()
    assert token_visitor(session, token, datetime.now(UTC)) is None


def test_another_persons_session_or_token_does_not_exist(client, session, director):
    other = add(session, "Ander")
    with transaction(session):
        open_session(session, other, datetime.now(UTC))
    theirs = session.scalars(select(SignInSession).where(SignInSession.person_id == other.id)).one()

    assert client.post(f"/account/sessions/{theirs.id}/end").status_code == 404
    assert client.post("/account/tokens/1/end").status_code == 404


def test_new_recovery_codes_take_a_proof(client, director):
    assert client.post("/account/recovery-codes", data={"proof": ""}).status_code == 422
    page = client.post("/account/recovery-codes", data={"proof": code_of(director)})
    assert len(re.findall(r"<li><code>", page.text)) == 10


def test_a_new_password_takes_a_proof_and_must_be_good(client, session, director):
    weak = {"password": "wachtwoord123", "proof": code_of(director)}
    assert client.post("/account/password", data=weak).status_code == 422
    good = {"password": "fietsbel in de regen", "proof": "000000"}
    assert client.post("/account/password", data=good).status_code == 422
    session.expire_all()
    assert director.password_hash is None


def test_a_deputy_is_named_with_dates(client, session, director):
    deputy = add(session, "Ander")
    today = datetime.now(UTC).date()
    form = {
        "deputy": "ander@nko.nl",
        "held": "0",
        "document": "archief 12",
        "first_day": str(today),
        "last_day": str(today + timedelta(days=7)),
    }
    assert client.post("/account/mandates/new", data=form | {"deputy": "x@y.nl"}).status_code == 422
    early = form | {"last_day": str(today - timedelta(days=1))}
    assert client.post("/account/mandates/new", data=early).status_code == 422
    endless = client.post("/account/mandates/new", data=form | {"last_day": "9999-12-31"})
    assert endless.status_code == 422
    assert "Laatste dag: het jaar 9999 ligt niet tussen 2000 en 2099" in endless.text

    assert client.post("/account/mandates/new", data=form).status_code == 303

    session.expire_all()
    held = actor_for(session, deputy.id, datetime.now(UTC)).roles
    assert [(role.role, role.principal_id) for role in held] == [(Role.NRO_DIRECTOR, director.id)]
    assert "Ander" in client.get("/account").text


def test_whoever_may_not_invite_sees_nobody(client, director):
    for path in ("/people", "/people/invite", f"/people/{director.id}"):
        assert client.get(path).status_code == 403


def two_trials(session) -> tuple[int, int]:
    """Return the numbers of two trials that there are."""
    now = datetime.now(UTC)
    what = {"title_nl": "Lezen", "title_en": "Reading"}
    idea = Intervention(summary_nl="", summary_en="", added_at=now, **what)
    session.add(idea)
    session.flush()
    found = [
        Trial(slug=slug, state=TrialState.AWARDED, intervention_id=idea.id, awarded_at=now, **what)
        for slug in ("een", "twee")
    ]
    session.add_all(found)
    session.commit()
    return found[0].id, found[1].id


def test_an_administrator_invites_into_a_role(client, session, administrator):
    one, other = two_trials(session)
    form = {
        "email": "Eva@Onderzoek.nl",
        "name": "Eva",
        "language": "en",
        "role": "analyst",
        "reach": "trial",
        "number": str(one),
    }
    answer = client.post("/people/invite", data=form)

    person = session.scalars(select(Person).where(Person.email == "eva@onderzoek.nl")).one()
    assert answer.location == f"/people/{person.id}"
    kinds = session.scalars(select(OutboxRow.kind).where(OutboxRow.person_id == person.id)).all()
    assert kinds == ["set_up_link"]
    assert f"onderzoek {one}" in client.get(f"/people/{person.id}").text
    mixed = form | {"role": "trial_manager"}
    assert client.post("/people/invite", data=mixed).status_code == 422
    elsewhere = form | {"role": "trial_manager", "number": str(other)}
    assert client.post("/people/invite", data=elsewhere).status_code == 303


def test_one_thing_needs_its_number(client, administrator):
    form = {"email": "e@o.nl", "name": "E", "language": "nl", "role": "analyst", "reach": "trial"}
    assert client.post("/people/invite", data=form).status_code == 422
    assert client.post("/people/invite", data=form | {"number": "0"}).status_code == 422
    nothing = client.post("/people/invite", data=form | {"number": "7"})
    assert nothing.status_code == 422
    assert "niets heeft dit nummer" in nothing.text


def test_nobody_raises_themselves(client, session, administrator):
    form = {
        "email": administrator.email,
        "name": "Beheer",
        "language": "nl",
        "role": "nro_director",
        "reach": "programme",
    }
    assert client.post("/people/invite", data=form).status_code == 403
    session.expire_all()
    assert {
        role.role for role in actor_for(session, administrator.id, datetime.now(UTC)).roles
    } == {Role.ADMINISTRATOR}


def test_an_administrator_ends_a_role_and_shuts_out(client, session, administrator):
    other = add(session, "Ander", Role.ASSESSOR)
    grant = session.scalars(select(Grant).where(Grant.person_id == other.id)).one()

    assert client.post(f"/people/{other.id}/grants/{grant.id}/end").status_code == 303
    assert client.post(f"/people/{other.id}/reset").status_code == 303
    assert client.post(f"/people/{other.id}/disable").status_code == 303
    assert client.post(f"/people/{administrator.id}/disable").status_code == 409
    assert client.post(f"/people/{administrator.id}/reset").status_code == 403

    session.expire_all()
    assert session.get(Person, other.id).disabled_at is not None
    assert session.get(Person, other.id).totp_since is None
    assert "afgesloten" in client.get("/people?words=ander").text


def test_people_are_found_by_name_or_address(client, session, administrator):
    add(session, "Zoeker")
    assert "zoeker@nko.nl" in client.get("/people?words=ZOEK").text
    assert "zoeker@nko.nl" not in client.get("/people?words=niemand").text
