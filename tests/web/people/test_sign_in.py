"""Signing in with a browser, to the desk; and what scanners and guessers get."""

import re
from datetime import UTC, datetime

import pyotp
import pytest

from trials.database import transaction
from trials.people.enrolment import enrol, give_role
from trials.people.models import Deployment, Person, SignInSession
from trials.people.services.invitations import invite_administrator
from trials.people.totp import set_up_secret
from trials.permissions import PROGRAMME, Role, Scope, ScopeKind
from web.app import create_app
from web.settings import Settings

PASSWORD = "fietsbel in de regen"


def add(session, role: Role, scope: Scope = PROGRAMME, email: str = "iemand@school.nl") -> Person:
    now = datetime.now(UTC)
    with transaction(session):
        person = enrol(session, email=email, name="Iemand", now=now)
        give_role(session, person, role, scope, by=None, now=now)
    return person


def secret_on(page: str) -> str:
    return re.search(r"<code>([A-Z2-7]{32})</code>", page).group(1)


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code>([a-z0-9-]{19})</code>", page)


def set_up(browser, session, email: str = "beheer@nko.nl") -> tuple[Person, list[str]]:
    """Follow the first administrator's invitation to the end."""
    link = invite_administrator(session, email=email, now=datetime.now(UTC))
    person = session.get_one(Person, link.person_id)
    page = browser.post(browser.link())
    assert "Kies een wachtwoord" in page.text
    page = browser.post("/sign-in/next", password=PASSWORD)
    assert "<svg" in page.text
    page = browser.post("/sign-in/next", code=pyotp.TOTP(secret_on(page.text)).now())
    assert page.status_code == 200
    return person, codes_on(page.text)


def test_a_school_signs_in_by_mail(visit, session):
    add(session, Role.SCHOOL_COORDINATOR, Scope(ScopeKind.SIGNUP, 7))
    mine = visit()

    page = mine.post("/sign-in?next=/account", email="iemand@school.nl")
    assert "binnen 20 minuten" in page.text
    landing = mine.get(mine.link())
    assert "Druk op de knop" in landing.text
    page = mine.post(mine.link())

    assert page.request.path == "/account"
    assert "Iemand" in page.text


def test_opening_the_link_does_not_use_it_up(visit, session):
    """Mail scanners fetch every address in a mail, some of them more than once."""
    add(session, Role.COUNCIL, Scope(ScopeKind.SIGNUP, 7))
    mine, scanner = visit(), visit()
    mine.post("/sign-in", email="iemand@school.nl")

    for _ in range(3):
        assert scanner.get(mine.link()).status_code == 200
    assert mine.post(mine.link()).request.path == "/desk"
    assert "werkt niet meer" in scanner.get(mine.link()).text
    assert scanner.post(mine.link()).status_code == 422


def test_a_board_types_a_mailed_code(visit, session):
    add(session, Role.BOARD_SIGNATORY, Scope(ScopeKind.BOARD, 4))
    mine = visit()
    mine.post("/sign-in", email="iemand@school.nl")
    page = mine.post(mine.link())
    assert page.request.path == "/sign-in/next"
    assert mine.get("/account").status_code == 303

    code = re.search(r"\d{6}", mine.last_mail()).group()
    page = mine.post("/sign-in/next", code="12")
    assert page.status_code == 422
    page = mine.post("/sign-in/next", code=code)

    assert page.request.path == "/desk"


def test_an_invitation_a_password_and_an_app(visit, session):
    mine = visit()
    person, codes = set_up(mine, session)

    assert len(codes) == 10
    assert mine.get("/account").status_code == 200
    mine.post("/sign-out")
    assert mine.get("/account").status_code == 303
    page = mine.post("/sign-in/password", email=person.email, password=PASSWORD)
    assert page.request.path == "/sign-in/next"
    later = pyotp.TOTP(set_up_secret(person, "a-secret-of-the-tests-of-more-than-32-characters"))
    page = mine.post("/sign-in/next", code=later.at(datetime.now(UTC).timestamp() + 30))

    assert page.request.path == "/desk"


def test_signing_in_gives_a_new_token_and_signing_out_ends_it(visit, session):
    """A stolen cookie of before, or of a session that was ended, opens nothing."""
    mine, thief = visit(), visit()
    set_up(mine, session)
    stolen = mine.client.get_cookie("__Host-loting").value
    thief.client.set_cookie("__Host-loting", stolen, secure=True)
    assert thief.get("/account").status_code == 200

    mine.post("/sign-out")

    assert thief.get("/account").status_code == 303
    session.commit()
    assert all(row.ended_at for row in session.query(SignInSession))


def test_a_recovery_code_leads_to_a_new_device(visit, session):
    mine = visit()
    person, codes = set_up(mine, session)
    mine.post("/sign-out")
    mine.post("/sign-in/password", email=person.email, password=PASSWORD)

    page = mine.post("/sign-in/next", code=codes[0])

    assert "<svg" in page.text
    page = mine.post("/sign-in/next", code=pyotp.TOTP(secret_on(page.text)).now())
    assert len(codes_on(page.text)) == 10
    assert mine.get("/account").status_code == 200


def test_nobody_can_tell_who_has_an_account(visit, session):
    """The pages for a known and an unknown address are the same to the byte."""
    mine = visit()
    set_up(mine, session)
    add(session, Role.COUNCIL, Scope(ScopeKind.SIGNUP, 7))

    def seen(path: str, email: str, **data: str) -> tuple[int, str]:
        page = visit().post(path, email=email, **data)
        return page.status_code, page.text.replace(email, "")

    for path, data in (
        ("/sign-in", {}),
        ("/sign-in/reset", {}),
        ("/sign-in/password", {"password": "fietsbel in de zon"}),
    ):
        answers = {
            seen(path, email, **data)
            for email in ("beheer@nko.nl", "iemand@school.nl", "niemand@school.nl")
        }
        assert len(answers) == 1, path


def test_the_session_cookie_is_out_of_reach_of_scripts(visit, session):
    mine = visit()
    set_up(mine, session)

    cookie = mine.client.get_cookie("__Host-loting")

    assert cookie.http_only
    assert cookie.secure
    assert cookie.path == "/"
    assert cookie.domain in ("", "localhost")


def test_signing_in_leads_nowhere_else(visit, session):
    add(session, Role.COUNCIL, Scope(ScopeKind.SIGNUP, 7))
    mine = visit()
    mine.post("/sign-in?next=https://evil.example/", email="iemand@school.nl")

    assert mine.post(mine.link()).request.path == "/desk"


def test_a_very_long_way_back_is_forgotten(visit, session):
    add(session, Role.COUNCIL, Scope(ScopeKind.SIGNUP, 7))
    mine = visit()
    mine.post(f"/sign-in?next=/{'a' * 300}", email="iemand@school.nl")

    assert mine.post(mine.link(), follow=False).location == "/"


def test_halfway_without_having_begun_leads_back(visit):
    assert visit().get("/sign-in/next").location == "/sign-in"


@pytest.mark.parametrize("email", ["", "geen adres", "a@b@c", "x" * 300 + "@school.nl"])
def test_what_is_no_address_is_refused_in_words(visit, email):
    assert visit().post("/sign-in", email=email).status_code == 422


def test_no_demonstration_button_in_a_real_programme(visit, session):
    person = add(session, Role.NRO_OFFICER)
    mine = visit()

    assert "Probeer het als" not in mine.get("/sign-in").text
    assert mine.post(f"/sign-in/as/{person.id}").status_code == 404


def test_a_button_for_each_role_in_the_demonstration(shared_engine, session, catalogues):
    session.add(Deployment(id=1, demonstration=True))
    session.commit()
    person = add(session, Role.NRO_OFFICER)
    add(session, Role.ANALYST, Scope(ScopeKind.TRIAL, 1), "analist@onderzoek.nl")
    app = create_app(Settings(), shared_engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()

    page = client.get("/sign-in")
    assert page.text.count("/sign-in/as/") == 2
    answer = client.post(f"/sign-in/as/{person.id}?next=/account")

    assert answer.location == "/account"
    assert client.get("/account").status_code == 200
