"""Signing in, the account, people and proposals in a real browser, on a phone and at a desk."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from trials.database import transaction
from trials.mail import Links, OutboxRow, letter_for
from trials.people.actors import actor_for
from trials.people.acts import Act, register_act
from trials.people.enrolment import enrol, give_role
from trials.people.links import send_link
from trials.people.models import LinkPurpose, Person
from trials.people.proposals import propose
from trials.permissions import PROGRAMME, Permission, Role
from web.settings import DEMONSTRATION_SECRET

LOOK = register_act(
    Act(
        name="look_at_a_proposal",
        propose=Permission.AWARD_PROPOSE,
        approve=Permission.AWARD_APPROVE,
        scopes=lambda session, subject_id: (PROGRAMME,),
        shown=lambda session, subject_id, wish: wish,
        lock=lambda session, subject_id: None,
        carry_out=lambda *arguments: None,
        titles=lambda session, subject_id: ("Samen lezen", "Reading together"),
    )
)
WISH = {
    "title_nl": "Samen lezen",
    "reasons": "Hoogste score op elk criterium.",
    "reveal_before": "2027-03-12T16:00:00+00:00",
    "code_sha256": "5d41402abc4b2a76b9719d911017c592ae0b1c4f7f4d3e3c3d5b7a5d0c6e8f12",
    "arms": [{"name": "controle", "units": 12}, {"name": "interventie", "units": 12}],
    "effect_size": 0.19876,
}


@pytest.fixture(scope="module")
def people(site):
    """An officer with an open proposal, a director, an administrator."""
    site.app.config["CLOCK"] = lambda: datetime.now(UTC)
    now = datetime.now(UTC) - timedelta(minutes=1)
    found = {}
    with site.session() as session:
        for name, role in (
            ("Olga Jansen", Role.NRO_OFFICER),
            ("Dirk de Vries", Role.NRO_DIRECTOR),
            ("Bea Bakker", Role.ADMINISTRATOR),
        ):
            with transaction(session):
                email = f"{name.split()[0].lower()}@nko.example"
                person = enrol(session, email=email, name=name, now=now)
                give_role(session, person, role, PROGRAMME, by=None, now=now)
            session.refresh(person)
            session.expunge(person)
            found[role] = person
        propose(
            session,
            act=LOOK.name,
            subject_id=1,
            wish=WISH,
            actor=actor_for(session, found[Role.NRO_OFFICER].id, datetime.now(UTC)),
            now=datetime.now(UTC),
        )
    return found


def mailed_link(site, person: Person, purpose: LinkPurpose) -> str:
    with site.session() as session:
        with transaction(session):
            send_link(session, session.get_one(Person, person.id), purpose, datetime.now(UTC))
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
        body = letter_for(session, row, Links(site.url, DEMONSTRATION_SECRET)).body
    return next(word for word in body.split() if word.startswith(site.url))


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/password", "/sign-in/reset", "/sign-in/sent"]
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_ways_in_pass(site, people, page: Page, look_at, path, language):
    page.goto(f"{site.url}/language/{language}?next={path}")
    look_at(page, f"people{path.replace('/', '-')}-{language}")


def test_a_wrong_address_is_pointed_at(site, people, page: Page, look_at):
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("Uw e-mailadres").fill("geen adres")
    page.get_by_role("button", name="Mail mij een link").click()

    expect(page.locator("#error-summary")).to_be_visible()
    look_at(page, "people-sign-in-refused")


def test_an_invitation_is_set_up_step_by_step(site, people, page: Page, look_at):
    page.goto(mailed_link(site, people[Role.ADMINISTRATOR], LinkPurpose.INVITATION))
    look_at(page, "people-link")
    page.get_by_role("button", name="Beginnen").click()
    look_at(page, "people-new-password")
    page.get_by_label("Uw nieuwe wachtwoord").fill("kort")
    page.get_by_role("button", name="Dit wachtwoord bewaren").click()
    expect(page.locator("#error-summary")).to_contain_text("12")
    page.get_by_label("Uw nieuwe wachtwoord").fill("fietsbel in de regen")
    page.get_by_role("button", name="Dit wachtwoord bewaren").click()
    look_at(page, "people-device")
    secret = page.locator("figcaption code").inner_text()
    page.get_by_label("Uw code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Instellen").click()
    expect(page.locator(".codes li")).to_have_count(10)
    look_at(page, "people-recovery-codes")
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.get_by_role("button", name="Uitloggen").click()

    page.goto(f"{site.url}/sign-in/password")
    page.get_by_label("Uw e-mailadres").fill("bea@nko.example")
    page.get_by_label("Uw wachtwoord").fill("fietsbel in de regen")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Typ uw code")
    look_at(page, "people-code")


def test_the_account_passes(site, people, page: Page, look_at):
    site.sign_in(page, people[Role.NRO_DIRECTOR])
    for path in ("", "/password", "/recovery-codes", "/tokens/new", "/mandates/new"):
        page.goto(f"{site.url}/account{path}")
        look_at(page, f"people-account{path.replace('/', '-')}")


def test_the_pages_of_people_pass(site, people, page: Page, look_at):
    site.sign_in(page, people[Role.ADMINISTRATOR])
    number = people[Role.NRO_DIRECTOR].id
    for path in ("", "?words=niemand", "/invite", f"/{number}"):
        page.goto(f"{site.url}/people{path}")
        look_at(page, f"people-people{path.strip('/?').replace('=', '-')}")


def test_a_proposal_is_read_and_approved_by_two_presses(site, people, page: Page, look_at):
    site.sign_in(page, people[Role.NRO_OFFICER])
    page.goto(f"{site.url}/proposals/1")
    expect(page.get_by_role("button", name="Goedkeuren")).to_have_count(0)
    look_at(page, "people-proposal-proposer")
    page.get_by_role("button", name="Uitloggen").click()
    site.sign_in(page, people[Role.NRO_DIRECTOR])
    page.goto(f"{site.url}/proposals/1")
    look_at(page, "people-proposal")
    page.get_by_role("button", name="Goedkeuren").click()
    expect(page.get_by_role("button", name="Zeker goedkeuren")).to_be_visible()
    page.wait_for_load_state()
    look_at(page, "people-proposal-pressed")
    page.get_by_role("button", name="Zeker goedkeuren").click()

    expect(page.locator(".badge").first).to_have_text("goedgekeurd")
    look_at(page, "people-proposal-approved")
