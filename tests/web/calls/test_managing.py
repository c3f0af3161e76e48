"""NRO makes a call, follows it, rules on interests, and proposes what takes two persons."""

import pytest

from tests.trials.calls.cast import AFTER, BEFORE
from trials.calls.models import Call, InterestDeclaration, Score
from trials.calls.states import CallState
from trials.people.models import Proposal

TYPED = {
    "title_nl": "Oproep kansrijke interventies",
    "title_en": "Call for promising interventions",
    "text_nl": "Dien in.",
    "text_en": "Apply.",
    "opens_at": "2027-01-04T10:00",
    "questions_until": "2027-01-14T17:00",
    "closes_at": "2027-02-03T14:00:00",
    "criteria-0-name_nl": "Evidentie",
    "criteria-0-name_en": "Evidence",
    "criteria-0-weight": "60",
    "criteria-0-minimum": "5",
    "criteria-1-name_nl": "Schaalbaarheid",
    "criteria-1-name_en": "Scalability",
    "criteria-1-weight": "40",
    "criteria-1-minimum": "",
    "tie_rule": "criteria_in_order",
}


def test_a_call_from_form_to_publication(visit, programme, session):
    client = visit(programme.officer)

    made = client.post("/calls/new", data=TYPED)
    call = session.query(Call).one()
    assert made.location == f"/calls/{call.id}/state"
    assert call.closes_at.isoformat() == "2027-02-03T13:00:00+00:00"
    assert [c.minimum for c in call.criteria] == [5, None]
    changed = client.post(f"/calls/{call.id}/edit", data=TYPED | {"title_nl": "Andere titel"})
    assert changed.status_code == 303
    client.post(f"/calls/{call.id}/publish")

    session.refresh(call)
    assert (call.state, call.title_nl) == (CallState.PUBLISHED, "Andere titel")
    refused = client.post(f"/calls/{call.id}/edit", data=TYPED)
    assert refused.status_code == 422
    assert "gepubliceerde oproep kan niet veranderen" in refused.text


def test_a_mistake_is_shown_at_its_field(visit, programme, session):
    answer = visit(programme.officer).post(
        "/calls/new", data=TYPED | {"criteria-1-weight": "30", "opens_at": "2027-02-03T14:00"}
    )

    assert answer.status_code == 422
    assert "Criteria: de gewichten zijn samen 90; dat moet 100 zijn." in answer.text
    assert 'href="#questions_until"' in answer.text
    assert session.query(Call).count() == 0


@pytest.mark.parametrize("who", ["applicant", "assessor", "director"])
@pytest.mark.parametrize("path", ["/calls/new", "/calls/{id}/edit", "/calls/{id}/publish"])
def test_only_whoever_manages_calls_sees_these_pages(visit, programme, who, path):
    call = programme.published_call()
    person = {
        "applicant": programme.applicants[0],
        "assessor": programme.assessors[0],
        "director": programme.director,
    }[who]

    assert visit(person).get(path.format(id=call.id)).status_code in (403, 404)


def test_before_closing_the_state_shows_a_number_and_no_application(visit, programme, clock):
    call = programme.published_call()
    programme.application(call)
    clock(BEFORE)

    page = visit(programme.officer).get(f"/calls/{call.id}/state").text

    assert "Samen lezen in tweetallen" not in page
    assert "gaan open na het sluiten" in page


def test_after_closing_the_state_shows_the_ranking(visit, programme, clock):
    call = programme.published_call()
    for number, values in enumerate([(7, 6), (4, 9)]):
        programme.scored(programme.application(call, number), *values)
    clock(AFTER)

    page = visit(programme.director).get(f"/calls/{call.id}/state").text

    assert page.index("Samen lezen in tweetallen 0") < page.index("Samen lezen in tweetallen 1")
    assert "6,60" in page
    assert "onder de ondergrens" in page
    table = visit(programme.director).get(f"/calls/{call.id}/ranking.csv").text
    assert "Samen lezen in tweetallen 0;6.60;7.00;6.00;2" in table
    for outsider in (programme.assessors[0], programme.applicants[0]):
        assert visit(outsider).get(f"/calls/{call.id}/state").status_code == 404


def test_an_assessor_declares_waits_and_scores(visit, programme, session, clock):
    call = programme.published_call()
    application = programme.application(call)
    clock(AFTER)
    assessor, officer = programme.assessors[0], programme.officer
    client = visit(assessor)
    assert "Samen lezen" in client.get(f"/calls/{call.id}/assess").text
    assert client.get(f"/applications/{application.id}/score").status_code == 404

    client.post(
        f"/applications/{application.id}/declare",
        data={"tied": "yes", "relation": "Wij werkten samen."},
    )
    assert client.get(f"/applications/{application.id}").status_code == 404
    ruling = f"/applications/{application.id}/interests/{assessor}"
    assert client.get(ruling).status_code == 404
    assert "Wij werkten samen." in visit(officer).get(ruling).text
    visit(officer).post(ruling, data={"may_score": "yes", "ruling": "Tien jaar geleden."})

    client = visit(assessor)
    assert "Twee kleine onderzoeken" in client.get(f"/applications/{application.id}").text
    one, two = (criterion.id for criterion in call.criteria)
    marks = {f"value_{one}": "7", f"reason_{one}": "Sterk.", f"value_{two}": "6"}
    refused = client.post(f"/applications/{application.id}/score", data=marks)
    assert refused.status_code == 422
    kept = client.post(
        f"/applications/{application.id}/score", data=marks | {f"reason_{two}": "Redelijk."}
    )

    assert kept.status_code == 303
    assert sorted(score.value for score in session.query(Score)) == [6, 7]


def test_a_conflicted_assessor_finds_nothing(visit, programme, session, clock):
    call = programme.published_call()
    application = programme.application(call)
    programme.scored(application, 7, 6)
    clock(AFTER)
    assessor = programme.assessors[2]
    visit(assessor).post(
        f"/applications/{application.id}/declare", data={"tied": "yes", "relation": ""}
    )
    visit(programme.officer).post(
        f"/applications/{application.id}/interests/{assessor}",
        data={"may_score": "no", "ruling": "Te dichtbij."},
    )

    client = visit(assessor)
    for path in (
        f"/applications/{application.id}",
        f"/applications/{application.id}/score",
        f"/calls/{call.id}/ranking",
    ):
        assert client.get(path).status_code == 404, path
    stored = session.query(InterestDeclaration).filter_by(assessor_id=assessor).one()
    assert stored.relation == "Opgegeven zonder beschrijving."


def test_proposing_an_award_leads_to_its_proposal(visit, programme, session, clock):
    call = programme.published_call()
    application = programme.application(call)
    clock(AFTER)
    client = visit(programme.officer)
    path = f"/applications/{application.id}/award"
    page = client.get(path).text
    assert 'value="samen-lezen-in-tweetallen-0"' in page
    typed = {
        "title_nl": "Samen lezen in tweetallen",
        "title_en": "Reading together in pairs",
        "summary_nl": "In tweetallen.",
        "summary_en": "In pairs.",
        "slug": "samen-lezen",
        "pupils_live_at": "here",
        "reasons": "De sterkste.",
    }

    early = client.post(path, data=typed)
    assert early.status_code == 422
    assert "volledige scores van twee beoordelaars" in early.text
    programme.scored(application, 7, 6)
    proposed = client.post(path, data=typed)

    proposal = session.query(Proposal).one()
    assert proposed.location == f"/proposals/{proposal.id}"
    assert client.get(proposed.location).status_code == 200
    page = visit(programme.director).get(proposed.location).text
    assert "Een aanvraag toekennen" in page
    assert "Gewogen gemiddelde" in page


def test_closing_a_call_asks_a_reason_for_each_application(visit, programme, session, clock):
    call = programme.published_call()
    applications = [programme.application(call, n) for n in (0, 1)]
    clock(AFTER)
    client = visit(programme.officer)
    reasons = {f"reasons_{a.id}": "Te weinig bewijs." for a in applications}

    half = client.post(
        f"/calls/{call.id}/refuse", data={f"reasons_{applications[0].id}": "Te weinig bewijs."}
    )
    assert half.status_code == 422
    proposed = client.post(f"/calls/{call.id}/refuse", data=reasons)

    assert proposed.status_code == 303
    assert session.query(Proposal).one().act == "refuse_rest"


def test_desks_show_what_waits(visit, programme, clock):
    call = programme.published_call()
    programme.application(call)
    clock(AFTER)

    assert "Uw belangen opgeven" in visit(programme.assessors[0]).get("/desk").text
    assert "Een besluit nemen over een oproep" in visit(programme.officer).get("/desk").text
    assert "Uw aanvraag" in visit(programme.applicants[0]).get("/desk").text
