"""The pieces every page is made of, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from trials.errors import BadInput
from web.forms import Form


class Pieces(Form):
    """One of each kind of field."""

    name = StringField("Naam", [InputRequired()])
    kind = RadioField(
        "Welke school?",
        [InputRequired()],
        choices=[SelectChoice("a", "014"), SelectChoice("b", "Andere")],
    )
    agree = BooleanField("Ik doe in beide groepen mee", [InputRequired()])
    pick = SelectField("Groep", choices=[SelectChoice("6", "groep 6")])
    text = TextAreaField("Toelichting", [Optional()])
    day = DateField("Dag", [Optional()])
    n = IntegerField("Aantal", [NumberRange(1, 10)])


@pytest.fixture(scope="module")
def pieces(site):
    def refuse():
        raise BadInput("row {row}: correct it", row=14)

    def view():
        form = Pieces()
        form.accepts(refuse)
        return form.page("pieces.html")

    view.access = "public"
    site.app.add_url_rule("/pieces", view_func=view, methods=["GET", "POST"])
    return f"{site.url}/pieces"


def test_every_piece_passes(pieces, page: Page, look_at):
    page.goto(pieces)
    look_at(page, "pieces")


def test_what_needs_mending_is_said_first_and_leads_to_the_field(pieces, page: Page, look_at):
    page.goto(pieces)
    page.get_by_role("button", name="Ga verder").click()

    expect(page.locator("#error-summary")).to_be_focused()
    look_at(page, "pieces-refused")
    page.get_by_role("link", name="Naam: ").click()

    expect(page.locator("#name")).to_be_focused()


def test_what_was_typed_stays_and_the_domains_sentence_is_shown(pieces, page: Page):
    page.goto(pieces)
    page.fill("#name", "Voorbeeldschool 014")
    page.check("#kind-1")
    page.check("#agree")
    page.fill("#n", "5")
    page.get_by_role("button", name="Ga verder").click()

    expect(page.locator("#error-summary")).to_contain_text("Row 14: correct it.")
    expect(page.locator("#name")).to_have_value("Voorbeeldschool 014")
    expect(page.locator("#kind-1")).to_be_checked()


def test_a_form_that_swaps_in_place_moves_the_focus_too(pieces, page: Page):
    page.goto(f"{pieces}?live=1")
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Ga verder").click()

    expect(page.locator("#error-summary")).to_be_focused()
    assert page.evaluate("window.stayed") is True  # the document was not loaded anew


def test_it_all_works_without_javascript(pieces, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{pieces}?live=1")
    page.get_by_role("button", name="Ga verder").click()

    expect(page.locator("#error-summary")).to_contain_text("Naam")
    context.close()


def test_the_keyboard_reaches_the_content_first(pieces, page: Page):
    page.goto(pieces)
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
