"""A trial has one page: the public reads what it is, its parties find what they can do."""

import pytest

from tests.trials.calls.cast import AFTER
from tests.trials.calls.test_decisions import STOP, WISH
from trials.calls.models import Trial
from trials.people.models import Proposal


@pytest.fixture
def trial(session, programme, clock):
    call = programme.published_call()
    application = programme.application(call)
    programme.scored(application, 7, 6)
    programme.approve(programme.propose("award", application.id, WISH))
    clock(AFTER)
    return session.query(Trial).one()


def test_the_public_reads_the_trial_its_reasons_and_its_provider(visit, trial):
    page = visit().get(f"/trials/{trial.slug}").text

    for words in ("Samen lezen in tweetallen", "De sterkste aanvraag", "Organisatie 1"):
        assert words in page
    assert 'aria-current="step"' in page
    assert "Voorstellen om dit onderzoek te stoppen" not in page
    assert f"/trials/{trial.slug}" in visit().get("/trials").text
    assert "Samen lezen in tweetallen" in visit().get("/interventions").text
    assert visit().get(f"/interventions/{trial.intervention_id}").status_code == 200


def test_a_task_leads_to_the_page_by_number_for_parties_only(visit, programme, trial):
    path = f"/trials/{trial.id}/page"

    assert visit(programme.officer).get(path).location == f"/trials/{trial.slug}"
    assert visit(programme.applicants[0]).get(path).location == f"/trials/{trial.slug}"
    assert visit(programme.applicants[1]).get(path).status_code == 404


def test_nro_opens_the_call_for_its_evaluator_from_the_page(visit, programme, trial):
    page = visit(programme.officer).get(f"/trials/{trial.slug}").text

    assert f"/calls/new?trial={trial.id}" in page
    form = visit(programme.officer).get(f"/calls/new?trial={trial.id}").text
    assert "Nieuwe oproep voor de evaluator" in form


def test_a_stop_is_proposed_with_a_reason_and_shown_when_it_is_carried_out(
    visit, programme, session, trial
):
    client = visit(programme.officer)
    path = f"/trials/{trial.id}/stop"
    assert "Er meldden zich te weinig scholen aan." in client.get(path).text
    assert client.post(path, data={"reason": "bored", "explanation": "x"}).status_code == 422
    assert client.post(path, data=STOP).status_code == 303
    programme.approve(session.query(Proposal).filter_by(act="stop").one())

    page = visit().get(f"/trials/{trial.slug}").text

    assert "Er meldden zich te weinig scholen aan." in page
    assert STOP["explanation"] in page
    assert (
        "Voorstellen om dit onderzoek te stoppen"
        not in visit(programme.officer).get(f"/trials/{trial.slug}").text
    )


def test_a_stranger_proposes_no_stop(visit, programme, trial):
    assert visit(programme.applicants[1]).get(f"/trials/{trial.id}/stop").status_code == 404
    provider = visit(programme.applicants[0])
    assert provider.post(f"/trials/{trial.id}/stop", data=STOP).status_code == 404
