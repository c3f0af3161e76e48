"""Applicant, assessor and officer each do their work on a call in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.trials.calls.cast import AFTER, BEFORE, MONDAY, Programme
from tests.trials.calls.test_decisions import WISH
from trials.calls.models import Application, Call, Trial
from trials.calls.states import ApplicationState
from trials.people.models import Person


@pytest.fixture(scope="module")
def programme(site):
    """One programme for the whole module; each test takes the call a step further."""
    site.app.config["CLOCK"] = lambda: MONDAY
    session = site.session()
    programme = Programme(session)
    programme.published_call()
    yield programme
    session.close()


@pytest.fixture
def enter(site, page: Page, programme):
    """Sign in as a person of the programme, at a moment, on a page."""

    def at(person_id: int, moment, path: str) -> Page:
        site.app.config["CLOCK"] = lambda: moment
        programme.session.rollback()
        site.sign_in(page, programme.session.get_one(Person, person_id))
        page.goto(f"{site.url}{path}")
        return page

    return at


def test_an_applicant_writes_reads_and_sends(enter, programme, look_at):
    call = programme.session.scalars(select(Call)).one()
    page = enter(programme.applicants[0], BEFORE, f"/calls/{call.id}")
    look_at(page, "call")
    page.get_by_role("link", name="Indienen").click()
    look_at(page, "apply")
    page.get_by_label("ontwikkelaar").check()
    page.get_by_label("Titel in het Nederlands").fill("Samen lezen in tweetallen")
    page.get_by_role("button", name="Bewaren en nog eens lezen").click()
    page.get_by_role("button", name="Uw aanvraag versturen").click()
    expect(page.locator("#error-summary")).to_contain_text("Titel in het Engels: vul dit in.")
    look_at(page, "check-refused")

    page.get_by_role("link", name="Iets wijzigen").click()
    for label, words in (
        ("Titel in het Engels", "Reading together in pairs"),
        ("Samenvatting in het Nederlands", "In tweetallen."),
        ("Samenvatting in het Engels", "In pairs."),
        ("Wat is er bekend over het effect?", "Twee onderzoeken."),
        ("Hoe kunnen veel scholen dit gebruiken?", "Na twee middagen."),
        ("Wie voert dit uit op de scholen?", "Vier trainers."),
        ("Hoeveel scholen kunt u bedienen?", "80"),
        ("Kosten per leerling per jaar, in euro", "35,50"),
    ):
        page.get_by_label(label).fill(words)
    page.get_by_label("basisschool", exact=True).check()
    page.get_by_label("Wat verandert de aanpak?").select_option("B")
    page.get_by_role("button", name="Bewaren en nog eens lezen").click()
    look_at(page, "check")
    page.get_by_role("button", name="Uw aanvraag versturen").click()

    expect(page.get_by_role("main")).to_contain_text("Wij kregen uw aanvraag op")
    look_at(page, "application-own")
    programme.session.rollback()
    sent = programme.session.scalars(select(Application)).one()
    assert sent.state is ApplicationState.SUBMITTED


def test_assessors_declare_and_score(enter, programme, look_at):
    call = programme.session.scalars(select(Call)).one()
    for number in (0, 1):
        page = enter(programme.assessors[number], AFTER, f"/calls/{call.id}/assess")
        look_at(page, "assess")
        page.get_by_role("link", name="Opgeven").click()
        look_at(page, "declare")
        page.get_by_label("Nee").check()
        page.get_by_role("button", name="Opgeven").click()
        page.get_by_role("link", name="Lezen en scoren").click()
        look_at(page, "score")
        for field in page.locator("select").all():
            field.select_option("7")
        for field in page.locator("textarea").all():
            field.fill("Goed onderbouwd.")
        page.get_by_role("button", name="Scores bewaren").click()
        expect(page.get_by_role("main")).to_contain_text("gescoord")


def test_the_officer_sees_the_ranking_and_proposes_the_award(enter, programme, look_at):
    call = programme.session.scalars(select(Call)).one()
    page = enter(programme.officer, AFTER, f"/calls/{call.id}/state")
    look_at(page, "state")
    page.get_by_role("link", name="Samen lezen in tweetallen", exact=True).click()
    look_at(page, "application-nro")
    page.get_by_role("link", name="Voorstellen om toe te kennen").click()
    page.get_by_label("Redenen van het besluit").fill("De sterkste aanvraag.")
    look_at(page, "award")
    page.get_by_role("button", name="Voorstellen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Een aanvraag toekennen")
    page.goto(f"{page.url.split('/proposals')[0]}/calls/new")
    look_at(page, "call-new")


def test_the_trial_has_a_page_for_everyone(site, page: Page, programme, enter, look_at):
    with site.session() as session:
        programme.session.rollback()
        call = programme.published_call(title_nl="Tweede oproep")
        application = programme.application(call, 1)
        programme.scored(application, 8, 8)
        programme.approve(programme.propose("award", application.id, WISH))
        slug = session.scalars(select(Trial.slug)).one()
    site.app.config["CLOCK"] = lambda: AFTER
    for path, name in (
        (f"/trials/{slug}", "trial"),
        ("/trials", "trials"),
        ("/calls", "calls"),
        ("/interventions", "interventions"),
    ):
        page.goto(site.url + path)
        look_at(page, name)
    page = enter(programme.officer, AFTER, f"/trials/{slug}")
    look_at(page, "trial-nro")
    page.get_by_role("link", name="Voorstellen om dit onderzoek te stoppen").click()
    look_at(page, "stop")
