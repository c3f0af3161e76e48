"""The ceremony step by step: each does what it says, and refuses what it must."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from randomisation import commitment, draw, read_record, verify
from randomisation.canonical import digest, read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import DAY, HOUR, NOON, add_school, grant, recruited
from trials.audit import AuditRow
from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw
from trials.draws.services import (
    commit_nonce,
    enter_beacon,
    reveal_nonce,
    sweep_overdue_draws,
)
from trials.draws.states import DrawState
from trials.errors import BadInput, Conflict, NotAllowed, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Role
from trials.signups.states import SignupState


def events(session):
    return [row.event for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def test_a_draw_follows_by_itself_from_the_last_entry(session):
    world = recruited(session)

    done = act.drawn(world)

    receipt = read_json(done.receipt)
    assert (done.state, world.trial.state) == (DrawState.DRAWN, TrialState.DELIVERING)
    assert world.trial.first_drawn_at == done.drawn_at
    assert verify(receipt).holds
    assert {unit.code: unit.arm for unit in done.units} == receipt["allocation"]


def test_each_stratum_is_split_evenly(session):
    world = recruited(session, schools=12)

    done = act.drawn(world)

    for stratum in {unit.stratum for unit in done.units}:
        arms = [unit.arm for unit in done.units if unit.stratum == stratum]
        assert sorted(arms) == ["controle", "controle", "samen-lezen", "samen-lezen"]


def test_redrawing_the_stored_receipt_gives_the_same_allocation(session):
    done = act.drawn(recruited(session))
    receipt = read_json(done.receipt)

    again = draw(read_record(receipt["sealed"]), receipt["nonces"])

    assert again.to_dict() == receipt


def test_the_first_seal_takes_the_trial_out_of_recruiting(session):
    world = recruited(session)

    sealed = act.sealed(world)

    assert world.trial.state is TrialState.SEALED
    assert sealed.fingerprint == digest(read_json(sealed.sealed_record))
    assert [party.is_beacon for party in sealed.parties] == [False, True]


def test_the_beacon_round_is_later_than_the_last_moment_to_reveal(session):
    sealed = act.sealed(recruited(session))

    beacon, round_ = round_of(sealed.parties[-1].name)

    assert beacon.moment(round_) >= sealed.reveal_before + timedelta(minutes=5)


def test_only_complete_signups_are_frozen(session):
    world = recruited(session, schools=6)
    add_school(world, 6, SignupState.SIGNED)

    frozen = act.frozen(world)

    assert {unit.signup_id for unit in frozen.units} == set(world.signups[:6])


def test_nothing_is_frozen_without_a_complete_signup(session):
    world = recruited(session, schools=0)

    with pytest.raises(NotReady, match="nothing to draw"):
        act.frozen(world)


def test_small_strata_stand_in_the_record_under_codes(session):
    """Two schools in a stratum: its name would point to them."""
    frozen = act.frozen(recruited(session, schools=6))

    names = {unit["stratum"] for unit in frozen.frozen_record["units"]}

    assert names == {"L001", "L002", "L003"}
    assert {unit.stratum_label for unit in frozen.units} == {
        "groot/openbaar",
        "groot/pc",
        "groot/rk",
    }


def test_large_strata_keep_their_names(session):
    frozen = act.frozen(recruited(session, schools=9))

    assert {unit.stratum for unit in frozen.units} == {"groot/openbaar", "groot/pc", "groot/rk"}


def test_pseudonyms_do_not_follow_the_order_of_the_schools(session):
    frozen = act.frozen(recruited(session, schools=30))

    by_signup = sorted(frozen.units, key=lambda unit: unit.signup_id)

    assert [unit.code for unit in by_signup] != sorted(unit.code for unit in by_signup)


def test_only_the_commitment_is_stored(session):
    committed = act.committed(recruited(session))

    assert committed.parties[0].commitment == commitment("evaluator", act.NONCES["evaluator"])
    assert committed.parties[0].nonce is None
    assert committed.state is DrawState.COMMITTED


def test_a_second_press_of_commit_changes_nothing(session):
    world = recruited(session)
    committed = act.committed(world)

    again = commit_nonce(
        session,
        draw_id=committed.id,
        party="evaluator",
        commitment=commitment("evaluator", act.NONCES["evaluator"]),
        actor=world.actor("manager"),
        now=NOON + HOUR,
    )

    assert again.parties[0].committed_at == NOON
    assert events(session).count("nonce_committed") == 1


def test_another_commitment_of_the_same_party_is_refused(session):
    world = recruited(session, parties=("evaluator", "nro"))
    frozen = act.frozen(world)
    first = commitment("evaluator", act.NONCES["evaluator"])
    arguments = {"draw_id": frozen.id, "party": "evaluator", "now": NOON}
    commit_nonce(session, commitment=first, actor=world.actor("manager"), **arguments)

    with pytest.raises(Conflict, match="already committed"):
        commit_nonce(session, commitment="0" * 64, actor=world.actor("second_manager"), **arguments)


def test_one_person_does_not_commit_for_two_parties(session):
    world = recruited(session, parties=("evaluator", "provider"))
    grant(world, "manager", Role.PROVIDER)
    frozen = act.frozen(world)
    arguments = {"draw_id": frozen.id, "actor": world.actor("manager"), "now": NOON}
    first = commitment("evaluator", act.NONCES["evaluator"])
    commit_nonce(session, party="evaluator", commitment=first, **arguments)

    with pytest.raises(Conflict, match='already committed for "evaluator"'):
        commit_nonce(session, party="provider", commitment="0" * 64, **arguments)


def test_two_parties_do_not_commit_to_the_same(session):
    """Who copies another's commitment cannot reveal it, and would make the seal void."""
    world = recruited(session, parties=("evaluator", "nro"))
    frozen = act.frozen(world)
    arguments = {"draw_id": frozen.id, "commitment": "0" * 64, "now": NOON}
    commit_nonce(session, party="evaluator", actor=world.actor("manager"), **arguments)

    with pytest.raises(Conflict, match="another party committed to the same"):
        commit_nonce(session, party="nro", actor=world.actor("officer"), **arguments)


def test_nobody_commits_for_another_party(session):
    world = recruited(session)
    frozen = act.frozen(world)

    with pytest.raises(NotAllowed, match="evaluator"):
        commit_nonce(
            session,
            draw_id=frozen.id,
            party="evaluator",
            commitment="0" * 64,
            actor=world.actor("officer"),
            now=NOON,
        )


def test_a_wrong_nonce_is_refused_and_the_refusal_logged_without_it(session):
    world = recruited(session)
    sealed = act.sealed(world)
    wrong = "abcdef" + "0" * 58

    with pytest.raises(BadInput, match="not the secret that was committed to"):
        reveal_nonce(
            session,
            draw_id=sealed.id,
            party="evaluator",
            nonce=wrong,
            actor=world.actor("manager"),
            now=NOON + HOUR,
        )

    row = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()[-1]
    assert (row.event, row.details) == ("nonce_refused", {"party": "evaluator"})
    assert session.get(Draw, sealed.id).parties[0].nonce is None


def test_a_party_that_never_reveals_voids_the_seal_and_gives_its_place_to_the_beacon(session):
    world = recruited(session, parties=("evaluator", "nro"))
    sealed = act.sealed(world)
    act.reveal(world, sealed, "nro", NOON + HOUR)

    with pytest.raises(NotReady, match="void"):
        act.reveal(world, sealed, "evaluator", act.REVEAL_BEFORE)

    assert sealed.state is DrawState.VOID
    assert "evaluator" in sealed.void_reason
    assert "nro" not in sealed.void_reason
    assert world.trial.state is TrialState.RECRUITING
    again = act.frozen(world, NOON + 3 * DAY)
    assert [party.name for party in again.parties] == ["nro"]
    assert again.beacon_rounds == 2


def test_the_new_ceremony_after_a_void_seal_is_drawn_with_both_rounds(session):
    world = recruited(session, parties=("evaluator", "nro"))
    act.reveal(world, act.sealed(world), "nro", NOON + HOUR)
    sweep_overdue_draws(session, now=act.REVEAL_BEFORE)
    later = NOON + 3 * DAY
    second = act.sealed(world, later, reveal_before=later + DAY)

    act.reveal(world, second, "nro", later + HOUR)
    act.enter(world, second, later + 2 * DAY, by="manager")

    assert second.state is DrawState.DRAWN
    names = [party.name for party in second.parties]
    assert names[0] == "nro"
    assert len(set(names)) == 3


def test_when_the_only_party_fails_another_brings_the_secret(session):
    """With beacons alone the seed would be public, and it opens every school's line."""
    world = recruited(session)
    act.sealed(world)
    sweep_overdue_draws(session, now=act.REVEAL_BEFORE)

    again = act.frozen(world, NOON + 3 * DAY)

    assert [party.name for party in again.parties] == ["nro"]


def test_the_sweep_leaves_a_seal_alone_whose_secrets_are_in(session):
    world = recruited(session)
    sealed = act.sealed(world)
    act.reveal(world, sealed)

    assert sweep_overdue_draws(session, now=act.BEACON_TIME) == []
    assert sealed.state is DrawState.SEALED


def test_the_beacon_waits_for_its_round(session):
    world = recruited(session)
    sealed = act.sealed(world)
    act.reveal(world, sealed)

    with pytest.raises(NotReady, match="is published at"):
        act.enter(world, sealed, act.REVEAL_BEFORE)


@pytest.mark.parametrize("name", ["manager", "second_manager"])
def test_who_has_a_hand_in_the_secrets_does_not_enter_the_beacon(session, name):
    """With both in one hand the allocation could be chosen."""
    world = recruited(session)
    sealed = act.sealed(world)
    act.reveal(world, sealed)

    with pytest.raises(Conflict, match="someone else"):
        act.enter(world, sealed, by=name)


def test_with_two_secrets_a_person_who_brought_neither_enters_the_beacon(session):
    world = recruited(session, parties=("evaluator", "nro"))
    sealed = act.sealed(world)
    act.reveal(world, sealed, "evaluator")
    act.reveal(world, sealed, "nro")

    with pytest.raises(Conflict, match="someone else"):
        act.enter(world, sealed, by="officer")
    act.enter(world, sealed, by="second_manager")

    assert sealed.state is DrawState.DRAWN


def test_the_beacon_voids_a_seal_whose_secret_never_came(session):
    world = recruited(session)
    sealed = act.sealed(world)

    with pytest.raises(NotReady, match="void"):
        act.enter(world, sealed)

    assert sealed.state is DrawState.VOID


def test_a_beacon_value_of_another_round_is_refused(session):
    world = recruited(session)
    sealed = act.sealed(world)
    act.reveal(world, sealed)
    party = sealed.parties[-1].name

    with pytest.raises(BadInput, match="not the example beacon's value"):
        enter_beacon(
            session,
            draw_id=sealed.id,
            party=party,
            published=example_value(round_of(party)[1] - 1),
            actor=world.actor("officer"),
            now=act.BEACON_TIME,
        )


def test_a_ceremony_without_a_beacon_draws_at_the_last_secret(session):
    world = recruited(session, parties=("evaluator", "nro"), beacon="")
    sealed = act.sealed(world)

    act.reveal(world, sealed, "evaluator")
    assert sealed.state is DrawState.SEALED
    act.reveal(world, sealed, "nro")

    assert sealed.state is DrawState.DRAWN


def test_the_same_secret_revealed_twice_is_taken_once(session):
    world = recruited(session, parties=("evaluator", "nro"))
    sealed = act.sealed(world)

    act.reveal(world, sealed)
    act.reveal(world, sealed)

    assert events(session).count("nonce_revealed") == 1
