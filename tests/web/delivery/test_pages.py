"""The delivery log by its pages."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import func, select

from tests.trials.delivery.schools import school_in
from tests.trials.draws import ceremony as act
from tests.web.visitors import Visitors
from trials.delivery.models import DeliveryEvent, FidelityCheck

LATER = act.TOLD_AT + timedelta(days=150)


@pytest.fixture
def world(session):
    return act.told_world(session, schools=6)


@pytest.fixture
def visitors(world, client):
    return Visitors(client, world).at(LATER)


CHECK = {"component": "pairing", "checked_on": "2027-09-08", "score": "80", "note": "=2+5"}


def test_a_check_is_written_down_and_corrected_with_a_reason(world, visitors):
    school = school_in(world, "samen-lezen")
    page = f"/schools/{school}/delivery"
    visitors.post(f"{page}/checks", "provider", **CHECK)

    refused = visitors.post(f"{page}/checks", "provider", 422, **(CHECK | {"score": "60"}))
    assert "waarom zij verandert" in refused.text
    visitors.post(f"{page}/checks", "provider", **(CHECK | {"score": "60", "reason": "Typfout."}))

    assert "versie 2" in visitors.get(page, "provider").text
    newest = world.session.scalars(select(func.max(FidelityCheck.id))).one()
    assert "Typfout." in visitors.get(f"/delivery/checks/{newest}", "manager").text


def test_the_chart_has_its_words_and_its_table(world, visitors):
    for number, score in enumerate((80, 60, 40)):
        page = f"/schools/{school_in(world, 'samen-lezen', number)}/delivery"
        visitors.post(f"{page}/checks", "provider", **(CHECK | {"score": str(score)}))
    page = f"/trials/{world.trial_id}/delivery"

    text = visitors.get(page, "manager").text
    assert "is 60% van de onderdelen uitgevoerd" in text
    assert "<polyline" in text
    rows = list(csv.reader(StringIO(visitors.get(f"{page}.csv", "manager").text), delimiter=";"))
    assert rows[1] == ["2027-09-06", "pairing", "60.0", "3"]


def test_sessions_events_and_costs_are_written_down(world, visitors):
    page = f"/schools/{school_in(world, 'samen-lezen')}/delivery"
    visitors.post(f"{page}/doses", "provider", week="2027-09-08", sessions="4", class_id="")
    visitors.post(
        f"{page}/events",
        "provider",
        kind="staff_change",
        happened_on="2027-09-08",
        text="Een nieuwe leraar.",
    )
    event = world.session.scalars(select(DeliveryEvent.id)).one()
    visitors.post(
        f"/delivery/events/{event}/correct",
        "provider",
        happened_on="2027-09-09",
        text="Een nieuwe leraar.",
        reason="Een dag later.",
    )
    visitors.post(
        f"/trials/{world.trial_id}/costs",
        "provider",
        item="Trainingsdag",
        kind="start_up",
        euro="1.250,50",
        staff_hours="",
        corrects_id="",
    )

    text = visitors.get(page, "manager").text
    assert "Een dag later." in text
    assert "1.250,50" in visitors.get(f"/trials/{world.trial_id}/costs", "officer").text


def test_a_control_school_is_asked_for_its_usual_practice_only(world, visitors):
    school = school_in(world, "controle")
    coordinator = f"coordinator {world.signups.index(school)}"

    text = visitors.get(f"/schools/{school}/delivery", coordinator).text

    assert "gewone manier van werken" in text
    assert "Een controle opschrijven" not in text
    assert "gestopt met de aanpak" not in text


def test_delivery_is_not_found_by_who_may_not_know_it(world, visitors):
    school = school_in(world, "samen-lezen")
    blind = ("officer", "director", "analyst", "recruiter", "tester", "observer", "expert")
    for name in blind:
        visitors.get(f"/schools/{school}/delivery", name, status=404)
        visitors.get(f"/trials/{world.trial_id}/delivery", name, status=404)
        visitors.get(f"/trials/{world.trial_id}/delivery.csv", name, status=404)


def test_the_programme_page_opens_for_those_who_see_totals(visitors):
    assert "Getrouwheid" in visitors.get("/delivery/programme", "observer").text
    visitors.get("/delivery/programme", "analyst", status=403)
