"""Never two draws: two hands at once, restarts between steps, steps taken twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.canonical import read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import NOON, World, recruited
from trials.audit import AuditRow
from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw, DrawUnit
from trials.draws.sealing import SEAL
from trials.draws.services import enter_beacon, freeze_roster
from trials.draws.states import DrawState
from trials.errors import Conflict, TrialError
from trials.people.models import Proposal
from trials.people.proposals import approve, prove_identity


def moved_to(world: World, session: Session) -> World:
    return World(session, world.trial_id, world.people, world.signups)


def last_entry(session: Session, world: World, draw_id: int, by: str = "officer") -> None:
    draw = session.get_one(Draw, draw_id)
    party = draw.parties[-1].name
    enter_beacon(
        session,
        draw_id=draw_id,
        party=party,
        published=example_value(round_of(party)[1]),
        actor=moved_to(world, session).actor(by),
        now=act.BEACON_TIME,
    )


@pytest.fixture
def before_the_last_entry(fresh_engine):
    """A sealed draw whose one secret is in: the beacon's value makes the allocation."""
    with Session(fresh_engine) as session:
        world = recruited(session, schools=6)
        sealed = act.sealed(world)
        act.reveal(world, sealed)
        return world, sealed.id


def test_two_last_entries_at_once_make_one_allocation(fresh_engine, before_the_last_entry):
    world, draw_id = before_the_last_entry
    start = Barrier(2)

    def enter(by):
        with Session(fresh_engine) as session:
            start.wait()
            try:
                last_entry(session, world, draw_id, by)
            except TrialError as error:
                return str(error)
            return "entered"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(enter, ("officer", "director")))

    assert answers == ["entered", "entered"]  # the same value: the second changes nothing
    with Session(fresh_engine) as session:
        drawn = session.scalars(select(AuditRow).where(AuditRow.event == "drawn")).all()
        draw = session.get_one(Draw, draw_id)
        assert len(drawn) == 1
        assert {u.code: u.arm for u in draw.units} == read_json(draw.receipt)["allocation"]


def test_two_freezes_at_once_make_one_draw(fresh_engine):
    with Session(fresh_engine) as session:
        world = recruited(session, schools=6)
    start = Barrier(2)

    def freeze(name):
        with Session(fresh_engine) as session:
            actor = moved_to(world, session).actor(name)
            start.wait()
            try:
                freeze_roster(session, trial_id=world.trial_id, actor=actor, now=NOON)
            except TrialError as error:
                return str(error)
            return "frozen"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(freeze, ("manager", "second_manager")))

    assert answers == ["draw 1 of this trial is under way; finish it first", "frozen"]


def test_two_approvals_at_once_seal_once(fresh_engine):
    with Session(fresh_engine) as session:
        world = recruited(session, schools=6)
        draw = act.committed(world)
        proposal = act.propose_seal(world, draw)
        proposal_id, shown, draw_id = proposal.id, proposal.shown_sha256, draw.id
        for name in ("officer", "director"):
            prove_identity(
                session,
                actor=world.actor(name),
                act=SEAL,
                shown_sha256=shown,
                code_or_password="",
                now=NOON,
            )
    start = Barrier(2)

    def approve_as(name):
        with Session(fresh_engine) as session:
            actor = moved_to(world, session).actor(name)
            start.wait()
            try:
                approve(session, proposal_id=proposal_id, shown_sha256=shown, actor=actor, now=NOON)
            except TrialError as error:
                return str(error)
            return "approved"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(approve_as, ("officer", "director")))

    assert answers.count("approved") == 1
    with Session(fresh_engine) as session:
        sealed = session.scalars(select(AuditRow).where(AuditRow.event == "sealed")).all()
        parties = session.get_one(Draw, draw_id).parties
        assert len(sealed) == 1
        assert [party.position for party in parties] == [0, 1]


def test_a_restart_between_proposal_and_approval_loses_nothing(fresh_engine):
    with Session(fresh_engine) as session:
        world = recruited(session, schools=6)
        draw = act.committed(world)
        proposal_id = act.propose_seal(world, draw).id
        draw_id = draw.id
    fresh_engine.dispose()

    with Session(fresh_engine) as session:
        again = moved_to(world, session)
        act.approve_seal(again, session.get_one(Proposal, proposal_id))

        assert session.get_one(Draw, draw_id).state is DrawState.SEALED


def test_every_arm_is_in_the_receipt_and_none_in_the_audit_chain(
    fresh_engine, before_the_last_entry
):
    world, draw_id = before_the_last_entry
    with Session(fresh_engine) as session:
        last_entry(session, world, draw_id)
        receipt = read_json(session.get_one(Draw, draw_id).receipt)
        chain = " ".join(
            f"{row.event} {row.subject} {row.details}" for row in session.scalars(select(AuditRow))
        )
        arms = {unit.arm for unit in session.scalars(select(DrawUnit))}

    secrets = [receipt["seed"], *receipt["nonces"], *arms]
    assert not [secret for secret in secrets if secret in chain]


def test_pressing_twice_proposes_and_seals_once(session):
    world = recruited(session, schools=4)
    draw = act.committed(world)
    proposal = act.propose_seal(world, draw)
    with pytest.raises(Conflict, match="proposed already"):
        act.propose_seal(world, draw)
    act.approve_seal(world, proposal)
    fingerprint, parties = draw.fingerprint, len(draw.parties)

    with pytest.raises(Conflict, match="decided already: approved"):
        act.approve_seal(world, proposal)

    assert (draw.fingerprint, len(draw.parties)) == (fingerprint, parties)
