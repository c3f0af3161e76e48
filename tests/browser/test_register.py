"""The school register in a real browser, with the whole real register behind it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from trials.people.models import Person, SignInMethod
from trials.permissions import PROGRAMME, Actor, HeldRole, Role
from trials.register.published import ALL_SECTORS_2024, DISADVANTAGE_2019, PRIMARY_2020
from trials.register.services import import_file

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def register(site):
    with site.session() as session:
        person = Person(
            name="Beheer", email="b@v.example", method=SignInMethod.LINK, created_at=NOON
        )
        session.add(person)
        session.commit()
        actor = Actor(person.id, frozenset({HeldRole(Role.ADMINISTRATOR, PROGRAMME)}))
        for file in (PRIMARY_2020, DISADVANTAGE_2019, ALL_SECTORS_2024):
            import_file(
                session,
                name=file.name,
                content=file.content(),
                reference_date=file.reference_date,
                actor=actor,
                now=NOON,
            )
    site.app.config["CLOCK"] = lambda: NOON
    return site


def test_schools_come_up_while_someone_types(register, page: Page, look_at):
    page.goto(f"{register.url}/schools")
    page.get_by_label("Naam, plaats of BRIN").press_sequentially("regneboog dordrecht")

    expect(page.locator("#found")).to_contain_text("De Regenboog")
    expect(page.get_by_role("searchbox")).to_be_focused()
    look_at(page, "schools")


def test_the_search_works_without_javascript(register, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{register.url}/schools")
    page.get_by_label("Naam, plaats of BRIN").fill("eenspan emmen")
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name="Eenspan").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("'t Eenspan")


@pytest.mark.parametrize("path", ["/schools?q=qqqq", "/schools/16AH00", "/register"])
def test_pages_of_the_register_pass(register, page: Page, look_at, path):
    page.goto(f"{register.url}{path}")

    look_at(page, path.strip("/").replace("/", "-").replace("?q=", "-"))
