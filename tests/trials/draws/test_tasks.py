"""Whose turn it is in a draw."""

from datetime import date

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import DAY, HOUR, NOON, STAFF, recruited
from trials.draws.queries import tasks_for
from trials.signups.models import SchoolCall
from trials.tasks import TaskState


def waiting(world, now, state=TaskState.WAITING):
    """The kinds of task that wait for each person, those without any left out."""
    found = {
        name: [t.kind for t in tasks_for(world.session, world.actor(name), now) if t.state is state]
        for name in [*STAFF, "coordinator 0"]
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def waits(names, kind):
    return {name: [kind] for name in names}


def close_call(world):
    world.session.add(
        SchoolCall(
            trial_id=world.trial_id,
            places=20,
            opens_at=NOON - 60 * DAY,
            closes_at=NOON - DAY,
            told_by=date(2027, 6, 1),
            sectors=["bo"],
            grades=["groep 8"],
            questions=[],
            hours={"coordinator": 1, "teacher": 1, "pupil": 1},
            compensation_euro=500,
            control_gets_nl="De methode na afloop.",
            control_gets_en="The method afterwards.",
            council_right="consent",
            opened_by=world.people["officer"],
            opened_at=NOON - 60 * DAY,
        )
    )
    world.session.commit()


def test_each_step_waits_for_whoever_takes_it(session):
    world = recruited(session)
    close_call(world)
    managers = ("manager", "second_manager")
    assert waiting(world, NOON) == waits(managers, "draw_freeze")

    draw = act.frozen(world)
    assert waiting(world, NOON) == waits(managers, "nonce_commit")

    act.commit(world, draw)
    assert waiting(world, NOON) == waits(managers, "seal_propose")

    proposal = act.propose_seal(world, draw)
    assert waiting(world, NOON) == {}  # the proposal itself is on the desk of its second person

    act.approve_seal(world, proposal)
    assert waiting(world, NOON) == waits(managers, "nonce_reveal")

    act.reveal(world, draw)
    assert waiting(world, NOON) == {}
    witnesses = ("officer", "director")
    assert waiting(world, act.BEACON_TIME) == waits(witnesses, "beacon_enter")

    act.enter(world, draw)
    assert waiting(world, act.BEACON_TIME) == waits(managers, "tell_schools")
    assert waiting(world, act.BEACON_TIME, TaskState.DONE) == {}

    act.tell(world, draw)
    assert waiting(world, act.TOLD_AT) == {}
    assert waiting(world, act.TOLD_AT, TaskState.DONE) == {"coordinator 0": ["draw_result"]}


def test_an_overdue_seal_waits_for_a_witness_to_declare_it_void(session):
    world = recruited(session)
    act.sealed(world)

    found = waiting(world, act.REVEAL_BEFORE + HOUR)

    assert set(found) == {"manager", "second_manager", "officer", "director"}
    assert {kind for kinds in found.values() for kind in kinds} == {"draw_overdue"}
