"""A protocol is drafted, judged, signed and read in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.trials.agreements.cast import NOON, Parties
from trials.agreements.models import DocumentKind
from trials.people.models import Person
from web.agreements.sections import SECTIONS


@pytest.fixture(scope="module")
def parties(site):
    site.app.config["CLOCK"] = lambda: NOON
    session = site.session()
    yield Parties(session)
    session.close()


@pytest.fixture
def enter(site, page: Page, parties):
    def at(who: str, path: str) -> Page:
        parties.session.rollback()
        site.sign_in(page, parties.session.get_one(Person, parties.people[who]))
        page.goto(f"{site.url}{path}")
        return page

    return at


def test_the_manager_keeps_a_section_and_sees_what_it_wants(enter, parties, look_at):
    page = enter("manager", f"/trials/{parties.trial_id}/protocol/draft")
    look_at(page, "draft-empty")
    page.get_by_role("link", name="Omvang").click()
    page.get_by_label("Scholen", exact=True).fill("80")
    page.get_by_label("Intraklassecorrelatie").fill("0,2")
    page.get_by_role("button", name="Onderdeel bewaren").click()
    expect(page.get_by_role("main")).to_contain_text("5 velden kloppen nog niet")
    page.get_by_role("link", name="Omvang").click()

    expect(page.get_by_label("Intraklassecorrelatie")).to_have_value("0,2")
    look_at(page, "section-size")


@pytest.mark.parametrize("section", [s.name for s in SECTIONS[DocumentKind.PROTOCOL]])
def test_every_section_of_a_whole_draft_passes(enter, parties, look_at, section):
    parties.session.rollback()
    parties.draft()
    page = enter("manager", f"/trials/{parties.trial_id}/protocol/draft/{section}")

    look_at(page, f"section-{section}")


def test_judging_and_signing(enter, parties, look_at):
    parties.session.rollback()
    document = parties.draft()
    page = enter("manager", f"/trials/{parties.trial_id}/protocol/draft")
    look_at(page, "draft-complete")
    page.get_by_role("button", name="Aanbieden om te tekenen").click()
    page = enter("expert", f"/documents/{document.id}")
    look_at(page, "document-review")
    page.get_by_label("Ja, het kan worden getekend").check()
    page.get_by_label("Uw opmerkingen").fill("Helder opgezet.")
    page.get_by_role("button", name="Oordeel geven").click()
    for who in ("manager", "provider", "officer"):
        page = enter(who, f"/documents/{document.id}")
        look_at(page, f"document-sign-{who}")
        page.get_by_label("Ik heb deze versie gelezen").check()
        page.get_by_role("button", name="Tekenen").click()

    expect(page.get_by_role("main")).to_contain_text("vastgezet")
    look_at(page, "document-locked")


@pytest.mark.parametrize("section", [s.name for s in SECTIONS[DocumentKind.ANALYSIS_PLAN]])
def test_every_section_of_a_plan_passes(enter, parties, look_at, section):
    page = enter("manager", f"/trials/{parties.trial_id}/plan/draft/{section}")

    look_at(page, f"plan-{section}")


def test_anyone_reads_the_documents(site, page: Page, parties, look_at):
    page.goto(f"{site.url}/trials/samen-lezen/documents")

    look_at(page, "documents")
