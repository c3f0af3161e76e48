"""Anyone reads the calls, their exact dates and the answers; drafts stay inside."""

from datetime import timedelta

import pytest

from tests.trials.calls.cast import AFTER, MONDAY, QUESTIONS_UNTIL, draft
from trials.calls.services.calls import answer_question, ask_question, create_call, withdraw_call


def test_a_stranger_reads_a_call_to_the_second(visit, programme):
    call = programme.published_call()

    page = visit().get(f"/calls/{call.id}").text

    assert "Oproep kansrijke interventies" in page
    assert "3 februari 2027, 10.00.00\N{NO-BREAK SPACE}uur" in page  # 9:00 UTC in winter
    assert "Sterkte van de evidentie" in page
    assert "60 %" in page
    assert f"/calls/{call.id}" in visit().get("/calls").text


def test_a_draft_is_not_found_and_not_listed(visit, programme, session):
    officer = programme.actor(programme.officer)
    call = create_call(session, draft=draft(), actor=officer, now=MONDAY)

    assert visit().get(f"/calls/{call.id}").status_code == 404
    assert visit(programme.applicants[0]).get(f"/calls/{call.id}").status_code == 404
    assert f"/calls/{call.id}" not in visit().get("/calls").text
    assert f"/calls/{call.id}" in visit(programme.officer).get("/calls").text


def test_a_question_shows_with_its_answer_and_without_a_name(visit, programme, session):
    call = programme.published_call()
    asker = programme.actor(programme.applicants[0])
    question = ask_question(session, call_id=call.id, text="Mag vo ook?", actor=asker, now=MONDAY)
    assert "Mag vo ook?" not in visit().get(f"/calls/{call.id}").text

    officer = programme.actor(programme.officer)
    answer_question(
        session, question_id=question.id, answer="Ja, dat mag.", actor=officer, now=MONDAY
    )

    page = visit().get(f"/calls/{call.id}").text
    assert "Mag vo ook?" in page
    assert "Ja, dat mag." in page
    assert "Applicant 1" not in page


def test_asking_works_in_the_round_and_says_why_not_after_it(visit, programme, clock):
    call = programme.published_call()
    client = visit(programme.applicants[0])

    sent = client.post(f"/calls/{call.id}/questions", data={"text": "Mag vo ook?"})
    assert sent.status_code == 303
    clock(QUESTIONS_UNTIL)
    late = client.post(f"/calls/{call.id}/questions", data={"text": "En vso?"})

    assert late.status_code == 422
    assert "De vragenronde is voorbij" in late.text


def test_a_withdrawn_call_says_why(visit, programme, session):
    call = programme.published_call()
    officer = programme.actor(programme.officer)
    withdraw_call(session, call_id=call.id, reason="Geen geld", actor=officer, now=MONDAY)

    assert "Geen geld" in visit().get(f"/calls/{call.id}").text


@pytest.mark.parametrize("days", [-1, 0, 29, 30])
def test_the_button_to_apply_is_there_while_the_call_is_open(visit, programme, clock, days):
    call = programme.published_call()
    clock(MONDAY + timedelta(days=days))

    page = visit(programme.applicants[0]).get(f"/calls/{call.id}").text

    assert (f"/calls/{call.id}/apply" in page) is (0 <= days < 30)


def test_every_public_page_speaks_english_too(visit, programme):
    call = programme.published_call()
    client = visit()
    client.get("/language/en")

    assert "Call for promising interventions" in client.get(f"/calls/{call.id}").text
    assert "All trials" in client.get("/trials").text
    assert "Interventions that are studied here" in client.get("/interventions").text


def test_the_lists_can_be_taken_along(visit, programme):
    programme.published_call()

    assert "Oproep kansrijke interventies" in visit().get("/calls.csv").text
    assert visit().get("/trials.csv").text.endswith("awarded_on\r\n")


@pytest.mark.parametrize("path", ["/interventions", "/trials", "/calls"])
def test_an_empty_list_says_what_will_stand_there(visit, path):
    assert "Er zijn er nog geen" in visit().get(path).text


@pytest.mark.parametrize(
    "path", ["/calls/999", "/interventions/999", "/trials/bestaat-niet", "/applications/999"]
)
def test_what_is_not_there_is_not_found(visit, programme, path):
    assert visit(programme.officer).get(path).status_code == 404


def test_nobody_reads_an_application_on_the_public_pages(visit, programme, clock):
    call = programme.published_call()
    programme.application(call)
    clock(AFTER)

    assert "Samen lezen in tweetallen" not in visit().get(f"/calls/{call.id}").text
