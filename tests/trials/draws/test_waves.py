"""Later waves: chained to the first, and sealed under a rule that two persons approved once."""

import copy

import pytest
from sqlalchemy import select

from randomisation import verify
from randomisation.canonical import digest, read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.test_designs import arm, drawing
from tests.trials.draws.world import DAY, World, add_school, recruited
from trials.agreements.models import Document
from trials.agreements.queries import locked_protocol
from trials.audit import AuditRow
from trials.draws.beacons import round_of
from trials.draws.models import Draw, StandingRule
from trials.draws.services import freeze_roster, seal_wave
from trials.draws.standing import APPROVE_RULE, rule_of
from trials.draws.states import DrawState
from trials.errors import BadInput, Conflict, NotAllowed, NotReady
from trials.people.proposals import approve, propose, prove_identity

LATER = act.TOLD_AT + 30 * DAY


def approved(world: World, by: str = "director") -> StandingRule:
    proposal = propose(
        world.session,
        act=APPROVE_RULE,
        subject_id=world.trial_id,
        wish={},
        actor=world.actor("manager"),
        now=LATER,
    )
    prove_identity(
        world.session,
        actor=world.actor(by),
        act=APPROVE_RULE,
        shown_sha256=proposal.shown_sha256,
        code_or_password="",
        now=LATER,
    )
    approve(
        world.session,
        proposal_id=proposal.id,
        shown_sha256=proposal.shown_sha256,
        actor=world.actor(by),
        now=LATER,
    )
    return world.session.scalars(select(StandingRule).order_by(StandingRule.id.desc())).first()


def frozen(world: World):
    return freeze_roster(
        world.session,
        trial_id=world.trial_id,
        actor=world.actor("manager"),
        now=LATER,
        secret=act.SECRET,
        under_rule=True,
    )


def sealed(world: World, draw, by: str = "manager"):
    return seal_wave(world.session, draw_id=draw.id, actor=world.actor(by), now=LATER)


def amend(world: World, **changes) -> None:
    """Lock another content in the place of the protocol's."""
    document = world.session.scalars(select(Document)).one()
    document.content = copy.deepcopy(document.content) | changes
    world.session.commit()


@pytest.fixture
def world(session):
    world = act.told_world(session, schools=6)
    for number in range(6, 12):
        add_school(world, number)
    return world


def test_a_wave_under_the_rule_needs_no_second_person_and_no_other_secret(world):
    rule = approved(world)
    first = world.session.query(Draw).one()
    draw = sealed(world, frozen(world))
    beacon, round_ = round_of(draw.parties[1].name)

    act.enter(world, draw, now=beacon.moment(round_))

    receipt = read_json(draw.receipt)
    assert draw.state is DrawState.DRAWN
    assert verify(receipt).holds
    assert receipt["sealed"]["rule"] == rule.fingerprint == digest(rule.content)
    assert receipt["sealed"]["previous"] == digest(read_json(first.receipt))
    assert receipt["sealed"]["entropy"][0]["party"] == "loting"
    assert beacon.moment(round_) > LATER
    assert {unit.stratum_label.partition("/")[0] for unit in draw.units} == {"wave-2"}


def test_the_servers_secret_is_not_told_before_the_draw(world):
    approved(world)
    draw = sealed(world, frozen(world))

    chain = " ".join(str(row.details) for row in world.session.scalars(select(AuditRow)))

    assert draw.parties[0].nonce not in chain
    assert draw.parties[0].nonce not in draw.sealed_record.decode()


def test_without_a_rule_no_wave_is_frozen_under_one(world):
    with pytest.raises(NotReady, match="approved no standing rule"):
        frozen(world)


def test_the_first_draw_is_a_ceremony_of_persons(session):
    world = recruited(session, schools=6)
    approved(world)

    with pytest.raises(NotReady, match="the first draw of a trial is sealed by two persons"):
        frozen(world)


@pytest.mark.parametrize(
    "change",
    [
        {"arms": [arm("controle", 2), arm("samen-lezen", 1)]},
        {"draw": drawing(strata=[])},
    ],
    ids=["ratio", "strata"],
)
def test_a_record_by_another_rule_than_the_approved_one_is_refused(world, change):
    approved(world)
    draw = frozen(world)

    amend(world, **change)

    with pytest.raises(NotReady, match="the protocol has changed since"):
        sealed(world, draw)
    approved(world)
    with pytest.raises(Conflict, match="not frozen under the rule that stands now"):
        sealed(world, draw)


def test_a_roster_of_the_usual_ceremony_is_not_sealed_without_a_second_person(world):
    approved(world)
    draw = act.committed(world, LATER)

    with pytest.raises(Conflict, match="not frozen under the rule"):
        sealed(world, draw)


def test_only_who_may_propose_a_seal_seals_and_once(world):
    approved(world)
    draw = frozen(world)

    for name in ("officer", "recruiter", "provider"):
        with pytest.raises(NotAllowed):
            sealed(world, draw, by=name)
    sealed(world, draw)
    with pytest.raises(NotReady, match="cannot be sealed"):
        sealed(world, draw)


def test_the_rule_sums_up_all_that_a_draw_follows_from_and_stands_once(world):
    rule = approved(world)

    assert rule.content == rule_of(world.trial, locked_protocol(world.session, world.trial_id))
    assert rule.content["beacon"] == "voorbeeld"
    assert [s["code"] for s in rule.content["strata"]] == ["size", "denomination"]
    with pytest.raises(BadInput, match="exactly this rule stands already"):
        approved(world)
