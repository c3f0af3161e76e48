"""A busy coordinator signs up and sends her files, on a phone and at a desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.trials.school_trial import (
    NOON,
    Scene,
    complete,
    designed_trial,
    grant,
    open_call,
    sent,
)
from trials.people.models import Person
from trials.permissions import Role, ScopeKind
from trials.signups.models import Signup

CALL = "/take-part/samen-lezen"
LookAt = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def scene(site: Site) -> Scene:
    """Four schools: one free, one sent, one complete, one drawn; the clock stands at noon."""
    site.app.config["CLOCK"] = lambda: NOON
    with site.session() as session:
        scene = designed_trial(session, sites=4)
        open_call(session, scene, places=8)
        grant(session, scene, "officer", Role.NRO_OFFICER)
        grant(session, scene, "recruiter", Role.RECRUITER)
        grant(session, scene, "tester", Role.OUTCOME_TESTER)
        grant(session, scene, "signatory", Role.BOARD_SIGNATORY, ScopeKind.BOARD, scene.board_id)
        grant(session, scene, "council", Role.COUNCIL, ScopeKind.SIGNUP, sent(session, scene, 1).id)
        complete(session, scene, 2)
        last = complete(session, scene, 3)
        last.drawn_at = NOON
        session.commit()
    return scene


def _press(page: Page, button: str, heading: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()


def _as(site: Site, page: Page, scene: Scene, name: str) -> None:
    with site.session() as session:
        person = session.get_one(Person, scene.people[name])
        site.sign_in(page, person)


def _signup(site: Site, scene: Scene, number: int) -> int:
    with site.session() as session:
        site_id = scene.site_ids[number]
        return session.query(Signup).filter_by(site_id=site_id).one().id


def test_a_stranger_can_read_and_start(site: Site, scene: Scene, page: Page, look_at: LookAt):
    page.goto(site.url + CALL)
    look_at(page, "school-call")
    page.get_by_role("link", name="Belangstelling doorgeven").click()
    page.locator("#q").press_sequentially("voorbeeldschool 001")
    page.get_by_role("link", name="Voorbeeldschool 001").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie bent u?")
    look_at(page, "school-who")
    page.get_by_role("button", name="Mail mij de link").click()
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_label("Naam").fill("Iemand")
    page.get_by_label("E-mailadres van het werk").fill("iemand@voorbeeld.nl")
    page.get_by_role("button", name="Mail mij de link").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk in uw mail")
    look_at(page, "school-mailed")


def test_a_coordinator_signs_up_without_help(
    site: Site, scene: Scene, page: Page, look_at: LookAt
) -> None:
    _as(site, page, scene, "coordinator")
    page.goto(f"{site.url}{CALL}/{scene.site_ids[0]}")
    look_at(page, "signup-questions")
    page.get_by_label("Nee").first.check()
    page.get_by_label("Ja").last.check()
    _press(page, "Kijken of het past", "Voorbeeldschool 001")
    look_at(page, "signup-interested")
    page.get_by_role("link", name="Verder met aanmelden").click()
    page.get_by_label("Klassen").fill("1")
    page.get_by_label("Leerlingen").fill("24")
    look_at(page, "signup-groups")
    _press(page, "Verder", "Welk leerlingvolgsysteem gebruikt uw school?")
    page.get_by_label("IEP").check()
    look_at(page, "signup-tests")
    _press(page, "Verder", "Waar werkt uw school nog meer aan?")
    look_at(page, "signup-interventions")
    _press(page, "Verder", "Zijn beide groepen goed?")
    page.get_by_label("Beide groepen zijn goed.").check()
    look_at(page, "signup-both")
    _press(page, "Verder", "Controleer uw antwoorden")
    look_at(page, "signup-check")
    _press(page, "Aanmelding versturen", "Voorbeeldschool 001")

    waiting = page.get_by_text("Eén ding wacht op u")
    expect(waiting).to_contain_text("Zeg wie namens de medezeggenschapsraad antwoordt")
    look_at(page, "signup-school")


@pytest.mark.parametrize(
    ("name", "number", "path"),
    [
        ("coordinator", 1, "/signatory"),
        ("coordinator", 1, "/council-contact"),
        ("coordinator", 1, "/parents"),
        ("coordinator", 1, "/letters/parents"),
        ("coordinator", 1, "/letters/council"),
        ("coordinator", 1, "/hand-over"),
        ("coordinator", 1, "/withdraw"),
        ("signatory", 1, "/agreement"),
        ("council", 1, "/council"),
        ("coordinator", 2, "/objections"),
        ("coordinator", 2, "/pupils"),
        ("coordinator", 2, "/send/pupils"),
        ("coordinator", 2, "/send/baseline"),
        ("coordinator", 2, "/count/pupils"),
        ("tester", 3, "/send/outcome"),
    ],
)
def test_every_page_of_a_school_is_pleasant(
    site: Site, scene: Scene, page: Page, look_at: LookAt, name: str, number: int, path: str
) -> None:
    _as(site, page, scene, name)

    page.goto(f"{site.url}/signups/{_signup(site, scene, number)}{path}")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_at(page, f"signup{path.replace('/', '-')}")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("officer", "/recruitment"),
        ("officer", "/trials/{trial}/recruitment"),
        ("recruiter", "/trials/{trial}/recruitment"),
        ("recruiter", "/trials/{trial}/approaches"),
        ("recruiter", "/trials/{trial}/approaches/{site}"),
        ("tester", "/trials/{trial}/outcomes"),
    ],
)
def test_every_page_about_schools_is_pleasant(
    site: Site, scene: Scene, page: Page, look_at: LookAt, name: str, path: str
) -> None:
    _as(site, page, scene, name)

    page.goto(site.url + path.format(trial=scene.trial_id, site=scene.site_ids[0]))

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_at(page, f"{name}{path.replace('/', '-').replace('{', '').replace('}', '')}")


def test_what_must_stay_at_school_stays_there(
    site: Site, scene: Scene, page: Page, tmp_path: Path, look_at: LookAt
) -> None:
    """Names, birthdays and objectors never enter a request; row numbers still hold."""
    _as(site, page, scene, "coordinator")
    export = tmp_path / "export.csv"
    export.write_bytes(
        'Leerlingnummer;Naam;Klas;sex\r\n900;"Jansen; Jan";8a;0\r\n'
        "901;Piët;8a;1\r\n902;Els;8a;9\r\n".encode("cp1252")
    )
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    page.goto(f"{site.url}/signups/{_signup(site, scene, 2)}/send/pupils")
    page.get_by_label("Leerlingnummers van wie de ouders bezwaar maakten").fill("0901")
    page.get_by_label("Bestand").set_input_files(export)

    report = page.locator("#stripped")
    expect(report).to_contain_text("kolommen Naam.")
    expect(report).to_contain_text("vanwege een bezwaar: 1.")
    expect(report).to_contain_text("Rijen die worden verstuurd: 2.")
    look_at(page, "signup-stripped")
    left = page.evaluate("document.getElementById('file').files[0].text()")
    page.get_by_role("button", name="Bestand controleren").click()

    expect(page.locator("#error-summary")).to_contain_text(
        "Rij 4, kolom sex: 9 is niet een van 0, 1"
    )
    assert left == "Leerlingnummer;Klas;sex\r\n900;8a;0\r\n;;\r\n902;8a;9\r\n"
    assert not [body for body in bodies if b"Jansen" in body or b"Els" in body]


def test_a_file_with_service_numbers_is_not_even_taken(
    site: Site, scene: Scene, page: Page, tmp_path: Path
) -> None:
    _as(site, page, scene, "coordinator")
    export = tmp_path / "export.csv"
    export.write_bytes(b"pupil;class\n123456782;8a\n111222333;8a\n")
    page.goto(f"{site.url}/signups/{_signup(site, scene, 2)}/send/pupils")

    page.get_by_label("Bestand").set_input_files(export)

    expect(page.locator("#stripped")).to_contain_text("bevat burgerservicenummers (BSN)")
    assert page.evaluate("document.getElementById('file').files.length") == 0


def test_a_file_as_it_should_be_is_left_as_it_is_and_shown_back(
    site: Site, scene: Scene, page: Page, tmp_path: Path, look_at: LookAt
) -> None:
    _as(site, page, scene, "coordinator")
    export = tmp_path / "export.csv"
    export.write_bytes("pupil;class;ses\r\n900;8é;1,5\r\n901;8é;2,5\r\n".encode("cp1252"))
    page.goto(f"{site.url}/signups/{_signup(site, scene, 2)}/send/pupils")
    page.get_by_label("Bestand").set_input_files(export)
    expect(page.locator("#stripped")).to_contain_text("Er hoefde niets uit.")

    page.get_by_role("button", name="Bestand controleren").click()

    expect(page.get_by_text("Windows-1252")).to_be_visible()
    expect(page.get_by_text("komma, zoals in 12,5")).to_be_visible()
    look_at(page, "signup-draft")
    page.get_by_role("button", name="Ja, sla op").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Voorbeeldschool 003")
