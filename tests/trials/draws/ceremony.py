"""The steps of a draw as tests take them, through the real services."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from randomisation import commitment
from tests.copying import copied
from tests.trials.draws.world import DAY, HOUR, NOON, Ids, World, recruited
from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw
from trials.draws.sealing import SEAL
from trials.draws.services import (
    commit_nonce,
    enter_beacon,
    freeze_roster,
    give_up_draw,
    reveal_nonce,
    tell_schools,
)
from trials.people.models import Proposal
from trials.people.proposals import approve, propose, prove_identity

SECRET = b"a secret for the tests only"
NONCES = {"evaluator": "1" * 64, "nro": "2" * 64, "provider": "3" * 64, "expert_group": "4" * 64}
SPEAKS = {
    "evaluator": "manager",
    "nro": "officer",
    "provider": "provider",
    "expert_group": "expert",
}
REVEAL_BEFORE = NOON + 2 * DAY
BEACON_TIME = REVEAL_BEFORE + timedelta(minutes=6)
TOLD_AT = BEACON_TIME + 2 * HOUR


def frozen(world: World, now: datetime = NOON) -> Draw:
    return freeze_roster(
        world.session,
        trial_id=world.trial_id,
        actor=world.actor("manager"),
        now=now,
        otherwise="there are few schools",
        secret=SECRET,
    )


def committed(world: World, now: datetime = NOON) -> Draw:
    return commit(world, frozen(world, now), now)


def commit(world: World, draw: Draw, now: datetime = NOON) -> Draw:
    for party in [party.name for party in draw.parties]:
        commit_nonce(
            world.session,
            draw_id=draw.id,
            party=party,
            commitment=commitment(party, NONCES[party]),
            actor=world.actor(SPEAKS[party]),
            now=now,
        )
    return draw


def propose_seal(
    world: World, draw: Draw, now: datetime = NOON, reveal_before: datetime = REVEAL_BEFORE
) -> Proposal:
    return propose(
        world.session,
        act=SEAL,
        subject_id=draw.id,
        wish={"reveal_before": reveal_before.isoformat()},
        actor=world.actor("manager"),
        now=now,
    )


def approve_seal(
    world: World, proposal: Proposal, now: datetime = NOON, by: str = "director"
) -> None:
    prove_identity(
        world.session,
        actor=world.actor(by),
        act=SEAL,
        shown_sha256=proposal.shown_sha256,
        code_or_password="",
        now=now,
    )
    approve(
        world.session,
        proposal_id=proposal.id,
        shown_sha256=proposal.shown_sha256,
        actor=world.actor(by),
        now=now,
    )


def sealed(world: World, now: datetime = NOON, reveal_before: datetime = REVEAL_BEFORE) -> Draw:
    draw = committed(world, now)
    approve_seal(world, propose_seal(world, draw, now, reveal_before), now)
    return draw


def reveal(world: World, draw: Draw, party: str = "evaluator", now: datetime = NOON) -> Draw:
    return reveal_nonce(
        world.session,
        draw_id=draw.id,
        party=party,
        nonce=NONCES[party],
        actor=world.actor(SPEAKS[party]),
        now=now,
    )


def enter(world: World, draw: Draw, now: datetime = BEACON_TIME, by: str = "officer") -> Draw:
    """Enter every round of the example beacon that is still open."""
    for party in [p.name for p in draw.parties if p.is_beacon and p.nonce is None]:
        enter_beacon(
            world.session,
            draw_id=draw.id,
            party=party,
            published=example_value(round_of(party)[1]),
            actor=world.actor(by),
            now=now,
        )
    return draw


def drawn(world: World) -> Draw:
    """Take a recruited trial through the whole ceremony."""
    draw = sealed(world)
    for party in [p.name for p in draw.parties if not p.is_beacon]:
        reveal(world, draw, party, NOON + HOUR)
    return enter(world, draw)


def told(world: World) -> Draw:
    """Take a recruited trial to the moment at which every school heard its group."""
    return tell(world, drawn(world))


def told_world(session: Session, **recruiting: Any) -> World:
    """Return a recruited trial at that moment, played once per database."""
    return World(session, *copied(session, _told, **recruiting))


def _told(session: Session, **recruiting: Any) -> Ids:
    world = recruited(session, **recruiting)
    told(world)
    return world.trial_id, world.people, world.signups


def tell(world: World, draw: Draw) -> Draw:
    return tell_schools(world.session, draw_id=draw.id, actor=world.actor("manager"), now=TOLD_AT)


def give_up(world: World, draw: Draw) -> Draw:
    return give_up_draw(
        world.session,
        draw_id=draw.id,
        reason="a school left",
        actor=world.actor("manager"),
        now=NOON,
    )
