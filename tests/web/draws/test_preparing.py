"""Before the roster is frozen: a rehearsal that is none of the real thing, and what it risks."""

import re

import pytest

from tests.trials.draws.pupils import enrol
from tests.trials.draws.test_risks import same_board
from trials.draws.models import Draw
from trials.signups.models import Signup
from trials.signups.states import SignupState


@pytest.fixture
def page(world):
    same_board(world, 0, 3)
    return f"/trials/{world.trial_id}/draws/freeze"


def test_schools_of_one_board_are_joined_on_the_page(world, visitors, session, page):
    shown = visitors.get(page, "manager").text
    assert "Zelfde bestuur: Bestuur 0" in shown
    key = re.search(r'name="risks-0-key"[^>]*value="(\w+)"', shown).group(1)

    refused = visitors.post(page, "manager", status=422, **{"risks-0-key": key}).text
    assert "loot elk als één" in refused
    visitors.post(page, "manager", **{"risks-0-key": key, "risks-0-together": "y"})

    assert len(session.query(Draw).one().frozen_record["units"]) == len(world.signups) - 1


def test_a_reason_is_given_on_the_page_and_read_beside_the_roster(visitors, session, page):
    visitors.post(page, "manager", otherwise="Zij zien elkaar nooit.")

    roster = f"/draws/{session.query(Draw).one().id}/roster"
    assert "Reden: Zij zien elkaar nooit." in visitors.get(roster, "officer").text
    visitors.get(roster, "recruiter", status=404)


def test_one_reason_serves_all_small_strata(world, visitors, session, page):
    """Two schools of one board left of each denomination: one unit, fewer than groups."""
    for number in (6, 7, 8):
        session.get_one(Signup, world.signups[number]).state = SignupState.INTERESTED
    session.commit()
    key = re.search(r'name="risks-0-key"[^>]*value="(\w+)"', visitors.get(page, "manager").text)
    joined = {"risks-0-key": key.group(1), "risks-0-together": "y"}

    refused = visitors.post(page, "manager", status=422, **joined).text
    assert "agen met minder eenheden" in refused
    visitors.post(page, "manager", otherwise="Meer scholen zijn er niet.", **joined)

    (risk,) = session.query(Draw).one().accepted_risks
    assert (risk.stratum_label, risk.reason) == ("groot/rk", "Meer scholen zijn er niet.")


@pytest.mark.parametrize(("language", "mark"), [("nl", "oefening"), ("en", "rehearsal")])
def test_a_rehearsal_cannot_be_taken_for_a_draw(world, visitors, page, language, mark):
    """Marked all over, with no school beside a group; others do not find it."""
    enrol(world, classes=1, score=lambda school, pupil: school % 5)
    path = page.replace("freeze", "rehearsal")
    assert path in visitors.get(page, "manager").text
    visitors.client.set_cookie("language", language)

    shown = visitors.get(path, "manager").text

    main = shown[shown.index("<main") : shown.index("</main>")]
    assert main.count(f"<span>{mark}</span>") > 100
    assert "Bestuur 0" in main
    for arm in ("controle", "samen-lezen", "Werken zoals u gewend", "Working as you are"):
        assert arm not in main
    for name in ("officer", "provider", "analyst", "recruiter", "tester", "coordinator 0"):
        visitors.get(path, name, status=404)
