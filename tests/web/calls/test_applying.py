"""An applicant writes, reads once more, sends once, and can change it until closing."""

import re

import pytest

from tests.trials.calls.cast import AFTER, BEFORE, INTERVENTION
from trials.calls.models import Application
from trials.calls.services.calls import open_rebuttal
from trials.calls.states import ApplicationState

TYPED = {
    "kind": "developer",
    "title": "Samen lezen in tweetallen",
    "title_en": "Reading together in pairs",
    "summary_nl": "In tweetallen.",
    "summary_en": "In pairs.",
    "evidence": "Twee onderzoeken.",
    "scalability": "Twee middagen training.",
    "delivery_team": "Vier trainers.",
    "sectors": ["bo", "sbo"],
    "group": "B",
    "schools": "80",
    "cost_per_pupil": "35,50",
}


def _key(page: str) -> str:
    return re.search(r'name="request_key"[^>]*value="([0-9a-f]{32})"', page).group(1)


@pytest.fixture
def begun(visit, programme, session):
    """A draft with everything filled in, not sent yet."""
    call = programme.published_call()
    client = visit(programme.applicants[0])
    key = _key(client.get(f"/calls/{call.id}/apply").text)
    answer = client.post(f"/calls/{call.id}/apply", data=TYPED | {"request_key": key})
    assert answer.status_code == 303
    return session.query(Application).one()


def test_writing_reading_and_sending(visit, programme, session, begun):
    client = visit(programme.applicants[0])
    assert begun.state is ApplicationState.DRAFT

    page = client.get(f"/applications/{begun.id}/check").text
    assert "basisschool, speciaal basisonderwijs" in page
    assert "35,5" in page
    first = client.post(f"/applications/{begun.id}/check")
    second = client.post(f"/applications/{begun.id}/check")

    assert first.location == second.location == f"/applications/{begun.id}"
    session.refresh(begun)
    assert begun.state is ApplicationState.SUBMITTED
    assert len(begun.versions) == 1
    assert begun.current.content["cost_per_pupil"] == 35.5


def test_what_is_missing_is_said_with_the_words_of_the_form(visit, programme, session):
    call = programme.published_call()
    client = visit(programme.applicants[0])
    key = _key(client.get(f"/calls/{call.id}/apply").text)
    thin = {"kind": "developer", "title": "Samen lezen in tweetallen", "request_key": key}
    client.post(f"/calls/{call.id}/apply", data=thin)
    application = session.query(Application).one()

    sent = client.post(f"/applications/{application.id}/check")

    assert sent.status_code == 422
    assert "Wat is er bekend over het effect?: vul dit in." in sent.text
    session.refresh(application)
    assert application.state is ApplicationState.DRAFT


def test_a_number_that_is_none_keeps_what_was_typed(visit, programme, session):
    call = programme.published_call()
    client = visit(programme.applicants[0])
    key = _key(client.get(f"/calls/{call.id}/apply").text)

    answer = client.post(
        f"/calls/{call.id}/apply", data=TYPED | {"request_key": key, "schools": "veel"}
    )

    assert answer.status_code == 422
    assert 'value="veel"' in answer.text
    assert "vul een getal in" in answer.text
    assert session.query(Application).count() == 0


def test_after_closing_nothing_can_be_sent(visit, programme, session, begun, clock):
    clock(AFTER)
    client = visit(programme.applicants[0])

    answer = client.post(f"/applications/{begun.id}/check")

    assert answer.status_code == 422
    assert "Deze oproep is gesloten" in answer.text
    assert "niet verstuurd" in client.get(f"/applications/{begun.id}").text


def test_a_sent_application_can_be_changed_until_closing(visit, programme, session, begun, clock):
    client = visit(programme.applicants[0])
    client.post(f"/applications/{begun.id}/check")
    clock(BEFORE)

    answer = client.post(
        f"/applications/{begun.id}/edit",
        data=TYPED | {"request_key": begun.request_key, "schools": "90"},
    )

    assert answer.status_code == 303
    session.refresh(begun)
    assert [version.content["schools"] for version in begun.versions] == [80, 90]


def test_taking_it_back(visit, programme, session, begun):
    client = visit(programme.applicants[0])

    assert (
        "kunt deze aanvraag niet opnieuw" in client.get(f"/applications/{begun.id}/withdraw").text
    )
    client.post(f"/applications/{begun.id}/withdraw")

    session.refresh(begun)
    assert begun.state is ApplicationState.WITHDRAWN


@pytest.mark.parametrize("path", ["", "/edit", "/check", "/withdraw"])
def test_another_applicant_finds_nothing(visit, programme, begun, path):
    assert visit(programme.applicants[1]).get(f"/applications/{begun.id}{path}").status_code == 404


def test_a_consortium_names_partners_in_rows(visit, programme, session):
    call = programme.published_call()
    client = visit(programme.applicants[0])
    key = _key(client.get(f"/calls/{call.id}/apply").text)
    client.post(
        f"/calls/{call.id}/apply",
        data=TYPED
        | {
            "request_key": key,
            "kind": "consortium",
            "partners-0-name": "Gemeente Voorbeeld",
            "partners-0-role": "werft scholen",
            "partners-1-name": "",
            "partners-1-role": "",
        },
    )

    application = session.query(Application).one()
    assert application.current.content["partners"] == [
        {"name": "Gemeente Voorbeeld", "role": "werft scholen"}
    ]


def test_the_rebuttal_shows_reasons_without_names_or_scores(visit, programme, session, clock):
    application = programme.application(programme.published_call(), content=INTERVENTION)
    programme.scored(application, 3, 4)
    officer = programme.actor(programme.officer)
    clock(AFTER)
    client = visit(programme.applicants[0])
    assert "Goed onderbouwd." not in client.get(f"/applications/{application.id}").text

    open_rebuttal(
        session,
        call_id=application.call_id,
        until=AFTER.replace(year=2028),
        actor=officer,
        now=AFTER,
    )

    page = client.get(f"/applications/{application.id}").text
    assert "Goed onderbouwd." in page
    assert "Assessor 1" not in page
    assert '<td class="n" data-label="Score">3</td>' not in page
    sent = client.post(
        f"/applications/{application.id}/rebuttal", data={"text": "Wij lezen het anders."}
    )
    assert sent.status_code == 303
    assert "Wij lezen het anders." in client.get(f"/applications/{application.id}").text
