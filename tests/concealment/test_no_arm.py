"""Nobody learns an arm before its time: not from a page, export, log, mail, job or table.

And the walk can fail: an arm leaked on purpose, one way at a time, is found.
"""

import base64
import pickle
from functools import partial

import pytest
from sqlalchemy import create_engine, text

from tests.concealment import leaks
from tests.concealment.background import kept_by_jobs, mails_to, run_jobs, tables_of_jobs
from tests.concealment.conftest import KEEPS, copied
from tests.concealment.walking import assert_no_arm
from trials.draws.queries import arms_of_trial
from trials.mail import _RENDERERS, Letter

ALL_OVER = [
    leaks.in_a_page,
    leaks.in_a_header,
    leaks.in_a_status,
    leaks.in_an_archive,
    leaks.in_a_file_name,
    leaks.in_the_log,
]
BLIND = [
    None,
    "recruiter",
    "tester",
    "analyst",
    "assessor",
    "applicant",
    "expert",
    "observer",
    "administrator",
    f"coordinator {KEEPS}",
    f"board {KEEPS}",
]


def test_the_two_worlds_differ_in_all_arms_but_those_of_one_pair(two_worlds):
    arms = [
        {a.signup_id: a.arm for a in arms_of_trial(place.world.session, place.world.trial_id)}
        for place in two_worlds
    ]

    same = {signup for signup, arm in arms[0].items() if arms[1][signup] == arm}

    assert len(same) == 2
    assert two_worlds[0].world.signups[KEEPS] in same


@pytest.mark.parametrize("name", BLIND, ids=str)
def test_nothing_a_blind_reader_can_open_depends_on_the_allocation(two_worlds, name):
    assert_no_arm(*two_worlds, name)


def test_no_answer_to_a_pressed_button_depends_on_the_allocation(two_worlds, tmp_path):
    """Not found, refused or done: with an empty form, on copies of the worlds."""
    copies = [copied(place, tmp_path / f"{k}.sqlite") for k, place in enumerate(two_worlds)]

    assert_no_arm(*copies, "recruiter", method="POST")


@pytest.mark.parametrize("name", ["provider", "manager", "officer", "coordinator 0"])
def test_the_walk_finds_what_those_who_may_know_it_see(two_worlds, name):
    with pytest.raises(AssertionError, match="can tell arms from"):
        assert_no_arm(*two_worlds, name, only="draws.")


def test_no_table_outside_draw_and_delivery_depends_on_the_allocation(two_worlds):
    """The audit chain, the outbox, proposals and all others."""
    one, other = (place.tables() for place in two_worlds)

    assert {name for name in one if one[name] != other[name]} == set()
    assert len(one["audit"]) > 10
    assert len(one["outbox"]) > 5


@pytest.fixture(scope="session")
def worked(two_worlds, tmp_path_factory):
    """Send the mails of both worlds; return the folders they are in."""
    folders = [tmp_path_factory.mktemp("mails") for _ in two_worlds]
    for place, var in zip(two_worlds, folders, strict=True):
        run_jobs(place, var)
    return folders


def test_what_dbos_keeps_does_not_depend_on_the_allocation(two_worlds, worked):
    one, other = (kept_by_jobs(tables_of_jobs(place)) for place in two_worlds)

    assert {name for name in one if one[name] != other[name]} == set()
    assert len(one["workflow_status"]) > 5
    assert len(one["operation_outputs"]) > 10


def test_dbos_knows_no_word_of_the_draw(two_worlds, worked):
    """Ids alone: not the arms, not a stratum, not a school, not an address."""
    place = two_worlds[0]
    words = place.world.trial.slug, "controle", "Voorbeeldschool", "@voorbeeld", "L001"

    kept = b"\n".join(row for rows in kept_by_jobs(tables_of_jobs(place)).values() for row in rows)

    assert b"mail:1" in kept
    assert not [word for word in words if word.encode() in kept]


def test_mails_as_they_went_out_tell_a_school_its_own_arm_and_no_other(two_worlds, worked):
    names = [sorted(path.name for path in folder.rglob("*")) for folder in worked]

    def told(name):
        pairs = zip(two_worlds, worked, strict=True)
        return [mails_to(place, folder, name) for place, folder in pairs]

    assert names[0] == names[1]
    kept, changed = told(f"coordinator {KEEPS}"), told("coordinator 0")
    assert kept[0] == kept[1] != []
    assert changed[0] != changed[1]
    for name in ("recruiter", "tester", "analyst", "director", "officer", "manager", "provider"):
        assert told(name)[0] == told(name)[1]


@pytest.mark.parametrize("leak", ALL_OVER, ids=lambda leak: leak.__name__)
def test_an_arm_in_an_answer_is_found(two_worlds, monkeypatch, leak):
    for place in two_worlds:
        view = partial(lambda arm, draw_id: leak(arm), leaks.arm_of(place))
        view.access = "public"
        monkeypatch.setitem(place.app.view_functions, "draws.lines_csv", view)

    with pytest.raises(AssertionError, match="can tell arms from"):
        assert_no_arm(*two_worlds, None, only="draws.")


def test_an_arm_in_a_mail_to_another_school_is_found(two_worlds, monkeypatch):
    world, honest = two_worlds[0].world, _RENDERERS["draw_result"]

    def leaky(session, row, links):
        arms = {unit.signup_id: unit.arm for unit in arms_of_trial(session, world.trial_id)}
        letter = honest(session, row, links)
        return Letter(letter.subject, f"{letter.body}\n{arms[world.signups[0]]}")

    monkeypatch.setitem(_RENDERERS, "draw_result", leaky)

    with pytest.raises(AssertionError, match=f"coordinator {KEEPS} can tell arms from the mails"):
        assert_no_arm(*two_worlds, f"coordinator {KEEPS}", only="draws.")


def test_an_arm_in_a_table_that_is_not_the_draws_is_found(two_worlds, tmp_path):
    planted = (
        "UPDATE audit SET details = json_object('arm', :arm) WHERE event = 'drawn'",
        "UPDATE outbox SET kind = kind || length(:arm) WHERE id = 1",
    )
    tables = []
    for position, place in enumerate(two_worlds):
        copy = copied(place, tmp_path / f"{position}.sqlite")
        with copy.engine.begin() as connection:
            for statement in planted:
                connection.execute(text(statement), {"arm": leaks.arm_of(place)})
        tables.append(copy.tables())

    differing = {name for name in tables[0] if tables[0][name] != tables[1][name]}
    assert differing == {"audit", "outbox"}


def test_an_arm_that_a_job_takes_or_returns_is_found(two_worlds):
    """Packed as DBOS packs it: a pickle in base64."""
    kept = []
    for arm in map(leaks.arm_of, two_worlds):
        engine = create_engine("sqlite://")
        packed = base64.b64encode(pickle.dumps({"args": (arm,)})).decode()
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE workflow_input (id TEXT, inputs TEXT)"))
            connection.execute(
                text("INSERT INTO workflow_input VALUES ('mail:1', :packed)"), {"packed": packed}
            )
        kept.append(kept_by_jobs(engine))
        assert arm.encode() in kept[-1]["workflow_input"][0]

    assert kept[0] != kept[1]
