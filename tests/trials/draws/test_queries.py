"""Who may know what of a draw, and from when (rule 2)."""

import hashlib

import pytest

from randomisation.canonical import read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import DAY, HOUR, NOON, STAFF, recruited
from trials.draws.queries import (
    arms_of_trial,
    ceremony,
    draws_of_trial,
    own_result,
    public_form,
    receipt_bytes,
    roster_rows,
)
from trials.errors import NotFound
from trials.lifecycle import TrialState
from trials.people.models import Grant
from trials.permissions import Role, trial_scope

SEES_ARMS = {"manager", "second_manager", "provider", "officer", "director"}
EVERYONE = [*STAFF, "coordinator 0", "board 0", None]


def actor(world, name):
    return None if name is None else world.actor(name)


def lock_outcomes(world):
    trial = world.trial
    trial.advance_to(TrialState.MEASURED)
    trial.outcomes_locked_at = NOON + 300 * DAY
    world.session.commit()


def release_true_arms(world):
    trial = world.trial
    trial.advance_to(TrialState.RELEASED)
    trial.true_arms_at = NOON + 310 * DAY
    world.session.commit()


def readers_of(read, world):
    """Who gets an answer from ``read(actor)`` instead of "not found"."""
    found = set()
    for name in EVERYONE:
        try:
            read(actor(world, name))
        except NotFound:
            continue
        found.add(name)
    return found


def test_until_outcomes_are_locked_only_those_of_rule_two_have_roster_and_receipt(session):
    world = recruited(session)
    draw = act.told(world)

    assert readers_of(lambda reader: receipt_bytes(session, draw.id, reader), world) == SEES_ARMS
    assert readers_of(lambda reader: roster_rows(session, draw.id, reader), world) == SEES_ARMS
    assert {row.arm for row in roster_rows(session, draw.id, world.actor("provider"))} == {
        "controle",
        "samen-lezen",
    }


def test_pseudonyms_are_as_secret_before_the_draw_as_arms_after_it(session):
    world = recruited(session)
    frozen = act.frozen(world)

    assert readers_of(lambda reader: roster_rows(session, frozen.id, reader), world) == SEES_ARMS


def test_the_receipt_opens_to_the_parties_with_the_outcomes_and_to_all_with_true_arms(session):
    """Recruiter, analyst and public wait for true arms: it would unmask the first release."""
    world = recruited(session)
    draw = act.told(world)

    lock_outcomes(world)
    opened = readers_of(lambda reader: receipt_bytes(session, draw.id, reader), world)
    assert opened == SEES_ARMS | {"expert"}
    release_true_arms(world)
    opened = readers_of(lambda reader: receipt_bytes(session, draw.id, reader), world)
    assert opened == set(EVERYONE)


def test_a_second_role_that_must_be_blind_keeps_its_holder_blind(session):
    world = recruited(session)
    draw = act.told(world)
    scope = trial_scope(world.trial_id)
    blind = {
        "manager": Role.RECRUITER,
        "officer": Role.OUTCOME_TESTER,
        "provider": Role.ANALYST,
    }
    session.add_all(
        Grant(
            person_id=world.people[name],
            role=role,
            scope_kind=scope.kind,
            scope_id=scope.id,
            granted_at=NOON,
        )
        for name, role in blind.items()
    )
    session.commit()

    readers = readers_of(lambda reader: receipt_bytes(session, draw.id, reader), world)

    assert readers == SEES_ARMS - set(blind)


def test_a_school_knows_its_own_arm_once_all_are_told_and_can_check_its_line(session):
    world = recruited(session)
    draw = act.told(world)

    result = own_result(session, world.signups[4], world.coordinator(4))

    own = result.units[0]
    public = public_form(session, draw.id)
    text = f"loting-line/1\n{own.code}\n{own.arm}\n{own.key}"
    assert public["lines"][own.code] == hashlib.sha256(text.encode()).hexdigest()
    assert result.arms == (own.arm,)
    assert own.arm == read_json(draw.receipt)["allocation"][own.code]


def test_a_school_does_not_know_its_arm_before_the_others(session):
    world = recruited(session)
    act.drawn(world)

    for name in ("coordinator 0", "board 0"):
        with pytest.raises(NotFound):
            own_result(session, world.signups[0], world.actor(name))


def test_only_the_school_reads_its_result(session):
    """Those who see all arms have the roster; the result page with its key is the school's."""
    world = recruited(session)
    act.told(world)
    insiders = [name for name in EVERYONE if name is not None]

    readers = set()
    for name in [*insiders, "coordinator 1", "board 1"]:
        try:
            own_result(session, world.signups[0], world.actor(name))
        except NotFound:
            continue
        readers.add(name)

    assert readers == {"coordinator 0", "board 0"}


def test_the_public_form_names_no_arm_and_no_secret(session):
    world = recruited(session)
    draw = act.drawn(world)

    public = public_form(session, draw.id)

    assert set(public) == {"fingerprint", "allocation_sha256", "lines"}
    text = str(public)
    receipt = read_json(draw.receipt)
    assert not [s for s in (receipt["seed"], *receipt["nonces"], "controle") if s in text]


def test_nobody_sees_a_secret_that_waits_for_the_last_one(session):
    world = recruited(session)
    sealed = act.sealed(world)
    act.reveal(world, sealed)

    for name in EVERYONE:
        seen = ceremony(session, sealed.id, actor(world, name), NOON + HOUR)
        assert act.NONCES["evaluator"] not in repr(seen)
        assert seen.parties[0].revealed_at == NOON


def test_the_public_hears_of_a_draw_from_the_seal_on(session):
    world = recruited(session)
    draw = act.committed(world)

    assert draws_of_trial(session, world.trial_id, None, NOON) == []
    with pytest.raises(NotFound):
        ceremony(session, draw.id, None, NOON)
    act.approve_seal(world, act.propose_seal(world, draw))

    seen = ceremony(session, draw.id, None, NOON)
    assert (seen.fingerprint, seen.frozen_by) == (draw.fingerprint, "")


def test_a_ceremony_says_how_many_seals_were_void_before_it(session):
    world = recruited(session)
    void = act.sealed(world)
    with pytest.raises(Exception, match="void"):
        act.enter(world, void)
    again = act.frozen(world, NOON + 3 * DAY)

    assert ceremony(session, again.id, world.actor("manager"), NOON).earlier_voids == 1
    assert ceremony(session, void.id, None, NOON).failed == ("evaluator",)


def test_a_draw_given_up_before_its_seal_stays_inside(session):
    world = recruited(session)
    frozen = act.frozen(world)
    act.give_up(world, frozen)

    with pytest.raises(NotFound):
        ceremony(session, frozen.id, None, NOON)
    assert ceremony(session, frozen.id, world.actor("officer"), NOON).failed == ()


def test_the_arms_of_a_trial_are_those_of_its_receipts(session):
    world = recruited(session)
    draw = act.drawn(world)

    assigned = arms_of_trial(session, world.trial_id)

    assert {a.code: a.arm for a in assigned} == read_json(draw.receipt)["allocation"]
    assert sorted(a.signup_id for a in assigned) == sorted(world.signups)
