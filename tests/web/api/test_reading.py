"""What the API shows, to whom, and that the rest does not exist."""

import hashlib

import pytest
from sqlalchemy import select

from tests.trials.school_trial import NOON
from tests.web.api.world import CODEBOOK, DATA, estimated
from trials.releases.models import Download


def test_a_stranger_reads_the_open_call_and_never_a_draft(ask, world):
    (call,) = ask("/calls").json

    assert call["id"] == world.call_id
    assert [criterion["weight"] for criterion in call["criteria"]] == [60, 40]
    assert ask(f"/calls/{world.call_id}").json == call
    assert ask(f"/calls/{world.draft_id}").status_code == 404
    assert ask(f"/calls/{world.draft_id}", "officer").status_code == 404


def test_calls_are_filtered_by_kind(ask):
    assert len(ask("/calls?kind=interventions").json) == 1
    assert ask("/calls?kind=evaluators").json == []


def test_a_stranger_reads_what_a_trial_asks_of_schools(ask):
    (call,) = ask("/school-calls").json

    assert call["trial"]["slug"] == "samen-lezen"
    assert (call["places"], call["taken"], call["open"]) == (2, 1, True)
    assert call["told_by"] == "2027-04-30"
    assert ask("/school-calls/samen-lezen").json == call
    assert ask("/school-calls/eerder-lezen").status_code == 404


@pytest.mark.parametrize("name", ["coordinator", "manager"])
def test_whoever_has_a_part_reads_how_far_a_school_is(ask, world, name):
    signup = ask(f"/signups/{world.signup_id}", name).json

    assert signup["state"] == "complete"
    assert signup["submitted_at"] == NOON.isoformat()
    assert ask("/signups", name).json == [signup]
    assert ask("/signups?state=withdrawn", name).json == []


@pytest.mark.parametrize("name", ["manager", "officer"])
def test_manager_and_council_read_how_far_every_school_of_the_trial_is(ask, world, name):
    found = ask("/trials/samen-lezen/signups", name).json

    assert [signup["id"] for signup in found] == [world.signup_id]


@pytest.mark.parametrize("name", ["recruiter", "tester", "colleague"])
def test_for_others_the_signup_does_not_exist(ask, world, name):
    """Not for the recruiter either: the fill of the strata would follow."""
    assert ask("/signups", name).json == []
    assert ask(f"/signups/{world.signup_id}", name).status_code == 404
    assert ask("/trials/samen-lezen/signups", name).status_code == 404


def test_the_analyst_downloads_the_stored_bytes_and_it_is_logged(ask, session, world):
    (release,) = ask("/trials/samen-lezen/releases", "colleague").json
    assert release == ask(f"/releases/{world.release_id}", "colleague").json

    answer = ask(f"/releases/{world.release_id}/pupils.csv", "colleague")

    assert answer.data == DATA.read_bytes()
    assert hashlib.sha256(answer.data).hexdigest() == release["csv_sha256"]
    assert answer.headers["Cache-Control"] == "no-store"
    (download,) = session.scalars(select(Download))
    assert download.person_id == world.scene.people["colleague"]


def test_the_codebook_comes_with_it(ask, world):
    answer = ask(f"/releases/{world.release_id}/datapackage.json", "colleague")

    assert answer.json == CODEBOOK


@pytest.mark.parametrize("name", ["recruiter", "coordinator", "tester", "manager"])
def test_only_the_analyst_downloads(ask, session, world, name):
    """The manager knows that there is a release, and may not have the data."""
    for end in ("", "/pupils.csv", "/datapackage.json"):
        assert ask(f"/releases/{world.release_id}{end}", name).status_code == 404
    knows = ask("/trials/samen-lezen/releases", name).status_code == 200
    assert knows == (name == "manager")
    assert session.scalars(select(Download)).all() == []


def test_a_published_result_carries_the_whole_estimate(ask):
    (trial,) = ask("/results").json
    result = ask("/results/eerder-lezen").json

    assert (trial["slug"], trial["state"]) == ("eerder-lezen", "published")
    assert result["conclusion_en"] == "There is a difference."
    assert result["ratings"] == {"padlocks": {"value": "4", "table_version": "eef-2024"}}
    assert ask("/results/eerder-lezen/estimate").json == estimated()


def test_a_running_trial_has_no_result(ask):
    assert ask("/results/samen-lezen").status_code == 404
    assert ask("/results/samen-lezen/estimate", "manager").status_code == 404
