"""Recruitment in pages: opened by the council, followed by each as far as may be."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.school_trial import Scene, designed_trial, grant, sent
from tests.web.conftest import CommittingClient
from tests.web.signups.conftest import person
from trials.permissions import Role
from trials.register.models import Site, SiteKind
from trials.signups.models import Answer, Approach, SchoolCall


def test_the_council_opens_the_call(client: CommittingClient, session: Session) -> None:
    scene = designed_trial(session)
    grant(session, scene, "officer", Role.NRO_OFFICER)
    client.act_as(person(session, scene, "officer"))
    page = f"/trials/{scene.trial_id}/school-call"

    assert 'value="216"' in client.get(page).text  # the size of the protocol
    answer = client.post(
        page,
        data={
            "places": "80",
            "opens_at": "2027-02-01T12:00",
            "closes_at": "2027-03-12T17:00",
            "told_by": "2027-04-30",
            "compensation_euro": "1500",
            "control_gets_nl": "Later dezelfde training.",
            "control_gets_en": "The same training later.",
        },
    )

    assert answer.headers["Location"] == "/take-part/samen-lezen"
    call = session.scalars(select(SchoolCall)).one()
    assert (call.places, call.closes_at.isoformat()) == (80, "2027-03-12T16:00:00+00:00")


def test_what_is_wrong_with_a_call_stands_at_its_field(
    client: CommittingClient, session: Session
) -> None:
    scene = designed_trial(session)
    grant(session, scene, "officer", Role.NRO_OFFICER)
    client.act_as(person(session, scene, "officer"))

    page = client.post(
        f"/trials/{scene.trial_id}/school-call",
        data={
            "places": "0",
            "opens_at": "2027-02-01T12:00",
            "closes_at": "2027-02-01T11:00",
            "told_by": "2027-04-30",
            "compensation_euro": "1500",
            "control_gets_nl": "Later.",
            "control_gets_en": "Later.",
        },
    )

    assert page.status_code == 422
    assert 'href="#places"' in page.text
    assert 'href="#closes_at"' in page.text


def test_the_council_follows_each_school_and_the_target(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    sent(session, scene)
    client.act_as(person(session, scene, "officer"))

    page = client.get(f"/trials/{scene.trial_id}/recruitment").text
    table = client.get(f"/trials/{scene.trial_id}/schools.csv")

    assert "1 van 2 plaatsen zijn bezet" in page
    assert "<svg" in page
    assert "Voorbeeldschool 001" in page
    assert table.data.decode("utf-8-sig").splitlines()[1].startswith("99ZZ01;Voorbeeldschool 001;")


def test_a_recruiter_sees_the_count_and_no_school_that_signed_up(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    sent(session, scene)
    client.act_as(person(session, scene, "recruiter"))

    page = client.get(f"/trials/{scene.trial_id}/recruitment").text

    assert "1 van 2 plaatsen zijn bezet" in page
    assert "Voorbeeldschool 001" not in page
    assert "<svg" not in page
    assert client.get(f"/trials/{scene.trial_id}/schools.csv").status_code == 404


def test_a_recruiter_logs_an_approach(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    session.get_one(Site, scene.site_ids[0]).kind = SiteKind.VESTIGING
    client.act_as(person(session, scene, "recruiter"))
    log = f"/trials/{scene.trial_id}/approaches"

    found = client.get(f"{log}?q=voorbeeldschool+001").text
    assert f'href="{log}/{scene.site_ids[0]}"' in found
    refused = client.post(
        f"{log}/{scene.site_ids[0]}", data={"channel": "phone", "answer": "declined"}
    )
    assert refused.status_code == 422
    answer = client.post(
        f"{log}/{scene.site_ids[0]}",
        data={"channel": "phone", "answer": "declined", "reason": "Te druk."},
    )

    assert answer.status_code == 303
    assert session.scalars(select(Approach)).one().answer is Answer.DECLINED
    assert "Te druk." in client.get(log).text


@pytest.mark.parametrize("reader", ["coordinator", "signatory", "tester"])
def test_others_find_no_recruitment(
    client: CommittingClient, session: Session, scene: Scene, reader: str
) -> None:
    client.act_as(person(session, scene, reader))

    for page in ("recruitment", "approaches", "schools.csv"):
        assert client.get(f"/trials/{scene.trial_id}/{page}").status_code == 404


def test_the_desk_leads_each_to_what_waits(
    client: CommittingClient, session: Session, scene: Scene
) -> None:
    signup_id = sent(session, scene).id

    client.act_as(person(session, scene, "coordinator"))
    assert f"/signups/{signup_id}/council-contact" in client.get("/desk").text
    client.act_as(person(session, scene, "signatory"))
    assert f"/signups/{signup_id}/agreement" in client.get("/desk").text
    client.act_as(person(session, scene, "recruiter"))
    assert "/recruitment" in client.get("/desk").text
