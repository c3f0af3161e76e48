"""The first pages, before anything has happened and with something on them."""

import pytest
from playwright.sync_api import Page, expect

from tests.trials.calls.cast import person as a_person
from tests.trials.school_trial import NOON, designed_trial, open_call
from trials.people.models import Person
from trials.permissions import Role


@pytest.mark.parametrize("code", ["nl", "en"])
@pytest.mark.parametrize(("path", "name"), [("/", "home-empty"), ("/nowhere", "missing")])
def test_a_public_page_passes(site, page: Page, look_at, path, name, code):
    page.goto(f"{site.url}/language/{code}?next={path}")

    expect(page.locator("html")).to_have_attribute("lang", code)
    look_at(page, f"{name}-{code}")


def test_the_first_page_passes_with_a_programme_on_it(site, page: Page, look_at):
    site.app.config["CLOCK"] = lambda: NOON
    with site.session() as session:
        open_call(session, designed_trial(session), places=80)
    page.goto(site.url)

    expect(page.get_by_role("main")).to_contain_text("0 van 80 bezet")
    look_at(page, "home")


def test_an_empty_desk_passes(site, page: Page, look_at):
    with site.session() as session:
        person = session.get_one(Person, a_person(session, "Voorbeeld", Role.OUTCOME_TESTER))
        site.sign_in(page, person)
    page.goto(f"{site.url}/desk")

    look_at(page, "desk-empty")
