"""A school signs up in the browser: from the public page to the list of what comes next."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.school_trial import Scene, prepared, sent
from tests.web.conftest import CommittingClient
from tests.web.signups.conftest import person
from trials.mail import OutboxRow
from trials.people.models import MailLink
from trials.register.models import Site, SiteKind
from trials.signups.models import Signup
from trials.signups.states import SignupState

CALL = "/take-part/samen-lezen"


def test_anyone_reads_the_call_with_places_and_what_control_schools_get(
    client: CommittingClient, scene: Scene
) -> None:
    client.set_cookie("language", "en")

    page = client.get(CALL)

    assert page.status_code == 200
    text = _text(page.text)
    assert "Reading together in pairs: will your school take part?" in text
    assert "1 in 2, by a draw" in text
    assert "The same training a year later." in text
    assert "0 of 2 schools" in text


def test_the_school_is_found_in_the_register(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    session.get_one(Site, scene.site_ids[0]).kind = SiteKind.VESTIGING

    page = client.get(f"{CALL}/school?q=voorbeldschool+001")

    assert f'href="{CALL}/{scene.site_ids[0]}"' in page.text


def test_a_visitor_says_who_she_is_and_gets_a_mail(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    start = client.get(f"{CALL}/{scene.site_ids[0]}")
    assert start.headers["Location"].endswith("/who")

    answer = client.post(
        start.headers["Location"], data={"name": "Nieuw", "email": "nieuw@voorbeeld.nl"}
    )

    assert answer.headers["Location"] == f"{CALL}/mailed"
    assert session.scalars(select(MailLink)).one().path == (f"{CALL}/{scene.site_ids[0]}/questions")
    assert len(session.scalars(select(OutboxRow)).all()) == 1


def test_a_school_signs_up_in_six_short_pages(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    client.act_as(person(session, scene, "coordinator"))
    answers = {"runs_other_reading_programme": "no", "tests_twice": "yes"}

    page = client.post(f"{CALL}/{scene.site_ids[0]}/questions", data=answers)
    assert page.status_code == 303
    home = page.headers["Location"]
    assert "/groups" in client.get(home).text

    steps = (
        ("groups", {"groups-0-classes": "1", "groups-0-pupils": "24"}, "tests"),
        ("tests", {"tests": "IEP"}, "interventions"),
        ("interventions", {"names": ["Ouderbetrokkenheid"]}, "both-groups"),
        ("both-groups", {"accepted": "y"}, "check"),
        ("check", {}, ""),
    )
    for step, data, after in steps:
        assert client.get(f"{home}/{step}").status_code == 200
        answer = client.post(f"{home}/{step}", data=data)
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"] == f"{home}/{after}".rstrip("/")

    assert session.scalars(select(Signup)).one().state is SignupState.SUBMITTED
    page = client.get(home)
    assert "Vul" not in page.text
    assert "/council-contact" in page.text


def test_a_school_that_does_not_fit_reads_why(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    client.act_as(person(session, scene, "coordinator"))
    answers = {"runs_other_reading_programme": "yes", "tests_twice": "yes"}

    page = client.post(f"{CALL}/{scene.site_ids[0]}/questions", data=answers)

    assert page.status_code == 200
    assert "Werkt uw school dit jaar al met een ander leesprogramma" in page.text


def test_impossible_numbers_are_shown_at_their_field_and_kept(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = prepared(session, scene).id
    client.act_as(person(session, scene, "coordinator"))

    page = client.post(
        f"/signups/{signup_id}/groups", data={"groups-0-classes": "1", "groups-0-pupils": "240"}
    )

    assert page.status_code == 422
    assert 'href="#groups-0-pupils"' in page.text
    assert 'value="240"' in page.text
    assert "klassen 1 en leerlingen 240 passen niet bij elkaar" in page.text


def test_pressing_send_twice_changes_nothing(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = prepared(session, scene).id
    client.act_as(person(session, scene, "coordinator"))

    for _ in range(2):
        assert client.post(f"/signups/{signup_id}/check").status_code == 303

    assert session.get_one(Signup, signup_id).submitted_at is not None


def test_the_board_signs_what_it_reads(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id
    client.act_as(person(session, scene, "signatory"))

    page = client.get(f"/signups/{signup_id}/agreement")
    shown = re.search(r'name="shown" type="hidden" value="([0-9a-f]{64})"', page.text)
    assert shown is not None
    assert "Stichting Voorbeeld" in page.text
    answer = client.post(f"/signups/{signup_id}/agreement", data={"shown": shown[1], "read": "y"})

    assert answer.status_code == 303
    assert session.get_one(Signup, signup_id).state is SignupState.SIGNED
    again = client.get(f"/signups/{signup_id}/agreement").text
    assert "1 februari 2027" in again
    assert 'name="shown"' not in again


def test_the_coordinator_reads_the_agreement_but_has_no_button(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id
    client.act_as(person(session, scene, "coordinator"))

    assert 'name="read"' not in client.get(f"/signups/{signup_id}/agreement").text


def test_the_council_gets_its_memo_and_answers(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id
    client.act_as(person(session, scene, "coordinator"))
    named = client.post(
        f"/signups/{signup_id}/council-contact",
        data={"name": "Council", "email": "council@voorbeeld.nl"},
    )
    assert named.status_code == 303
    client.act_as(person(session, scene, "council"))

    page = client.get(f"/signups/{signup_id}/council")
    assert "Notitie voor de medezeggenschapsraad" in page.text
    assert "groep 8: 1 klas, 24 leerlingen" in page.text
    answer = client.post(
        f"/signups/{signup_id}/council", data={"answer": "consents", "decided_on": "2027-02-01"}
    )
    assert answer.status_code == 303
    assert "De raad stemt in" in client.get(f"/signups/{signup_id}/council").text


def test_the_letter_to_the_parents_is_dutch_in_every_language(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id
    client.act_as(person(session, scene, "coordinator"))
    client.set_cookie("language", "en")

    page = client.get(f"/signups/{signup_id}/letters/parents")
    text = client.get(f"/signups/{signup_id}/letters/parents?text=1")

    assert "Beste ouders en verzorgers" in page.text
    assert "31 augustus 2038" in page.text
    assert text.content_type == "text/plain; charset=utf-8"
    assert "##" not in text.text


def test_withdrawing_is_one_button(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id
    client.act_as(person(session, scene, "coordinator"))

    answer = client.post(f"/signups/{signup_id}/withdraw", data={})

    assert answer.status_code == 303
    assert session.get_one(Signup, signup_id).state is SignupState.WITHDRAWN
    assert client.get(f"/signups/{signup_id}").status_code == 200


def test_another_school_is_not_found(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id
    client.act_as(person(session, scene, "colleague"))

    pages = ("", "/agreement", "/council", "/letters/parents", "/withdraw", "/groups", "/parents")
    for page in pages:
        assert client.get(f"/signups/{signup_id}{page}").status_code == 404, page


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_who_leaves_before_the_questions_finds_the_way_back_on_the_desk(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    site = scene.site_ids[0]
    contact = {"name": "Coordinator", "email": "coordinator@voorbeeld.nl"}
    client.post(f"/take-part/samen-lezen/{site}/who", data=contact)
    client.act_as(person(session, scene, "coordinator"))

    desk = client.get("/desk").text

    back = re.search(r'href="(/signups/begun/\d+)"', desk)
    assert back is not None
    questions = client.get(back[1]).headers["Location"]
    assert questions == f"/take-part/samen-lezen/{site}/questions"
    client.post(questions, data={"runs_other_reading_programme": "no", "tests_twice": "yes"})
    assert "/signups/begun/" not in client.get("/desk").text
    assert client.get(back[1]).status_code == 404
