"""Around the ceremony: waves, draws given up or too late, shared arms, telling, marks."""

import pytest
from sqlalchemy import select

from randomisation.canonical import digest, read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import DAY, HOUR, NOON, add_school, recruited
from trials.agreements.models import Document
from trials.draws.models import Draw
from trials.draws.services import (
    freeze_roster,
    give_up_draw,
    mark_mistake,
    tell_schools,
)
from trials.draws.states import DrawState
from trials.errors import BadInput, Conflict, NotAllowed, NotReady
from trials.lifecycle import TrialState
from trials.mail import OutboxRow
from trials.signups.models import Signup
from trials.signups.states import SignupState


def test_the_second_wave_is_chained_to_the_first(session):
    world = recruited(session, schools=12)
    first = act.drawn(world)
    for number in range(12, 18):
        add_school(world, number)
    later = act.BEACON_TIME + DAY

    second = act.sealed(world, later, reveal_before=later + DAY)

    record = read_json(second.sealed_record)
    assert record["previous"] == digest(read_json(first.receipt))
    assert record["trial"] == "samen-lezen/wave-2"
    assert {unit.signup_id for unit in second.units} == set(world.signups[12:])
    assert all(unit.stratum_label.startswith("wave-2/") for unit in second.units)
    assert not {unit.code for unit in second.units} & {unit.code for unit in first.units}
    assert world.trial.state is TrialState.DELIVERING


def test_two_draws_of_a_trial_are_never_under_way_at_once(session):
    world = recruited(session)
    act.frozen(world)

    with pytest.raises(Conflict, match="under way"):
        act.frozen(world)


def test_a_draw_is_given_up_before_the_seal_only(session):
    world = recruited(session)
    frozen = act.frozen(world)
    give_up_draw(
        session, draw_id=frozen.id, reason="a school left", actor=world.actor("manager"), now=NOON
    )
    sealed = act.sealed(world)

    with pytest.raises(NotReady, match="cannot be given up"):
        give_up_draw(
            session, draw_id=sealed.id, reason="again", actor=world.actor("manager"), now=NOON
        )

    assert frozen.state is DrawState.VOID


def test_a_roster_with_a_school_that_withdrew_is_not_sealed(session):
    world = recruited(session)
    draw_ = act.committed(world)
    proposal = act.propose_seal(world, draw_)
    school = session.get_one(Signup, world.signups[0])
    school.advance_to(SignupState.WITHDRAWN)
    school.withdrawn_at = NOON
    session.commit()

    with pytest.raises(NotReady, match="Voorbeeldschool 000 withdrew"):
        act.approve_seal(world, proposal)

    assert draw_.state is DrawState.COMMITTED


def test_a_seal_approved_after_its_last_moment_to_reveal_is_refused(session):
    world = recruited(session)
    proposal = act.propose_seal(world, act.committed(world), reveal_before=NOON + HOUR)

    with pytest.raises(NotReady, match="has passed"):
        act.approve_seal(world, proposal, now=NOON + HOUR)


def test_a_roster_frozen_by_a_protocol_that_was_amended_since_is_not_sealed(session):
    world = recruited(session)
    draw = act.committed(world)
    proposal = act.propose_seal(world, draw)
    document = session.scalars(select(Document)).one()
    document.locked_at = NOON + HOUR
    session.commit()

    with pytest.raises(NotReady, match="the protocol was amended after the roster was frozen"):
        act.approve_seal(world, proposal)

    assert draw.state is DrawState.COMMITTED


def test_the_proposer_cannot_approve_the_seal(session):
    world = recruited(session)
    proposal = act.propose_seal(world, act.committed(world))

    with pytest.raises(NotAllowed):
        act.approve_seal(world, proposal, by="manager")


def test_the_example_beacon_is_refused_outside_a_demonstration(session):
    world = recruited(session)
    session.execute(Draw.metadata.tables["deployment"].update().values(demonstration=False))
    session.commit()

    with pytest.raises(BadInput, match="demonstrations only"):
        act.frozen(world)


def test_schools_that_must_share_an_arm_are_one_unit(session):
    world = recruited(session, schools=12)
    pair = (world.signups[0], world.signups[3])

    frozen = freeze_roster(
        session,
        trial_id=world.trial_id,
        actor=world.actor("manager"),
        now=NOON,
        together=[pair],
        secret=act.SECRET,
    )

    codes = {unit.signup_id: unit.code for unit in frozen.units}
    assert codes[pair[0]] == codes[pair[1]]
    assert len(set(codes.values())) == 11


def test_schools_of_different_strata_cannot_share_an_arm(session):
    world = recruited(session, schools=12)

    with pytest.raises(BadInput, match="different strata"):
        freeze_roster(
            session,
            trial_id=world.trial_id,
            actor=world.actor("manager"),
            now=NOON,
            together=[world.signups[:2]],
        )


def test_all_schools_are_told_in_the_same_moment_and_once(session):
    world = recruited(session)
    told = act.told(world)

    tell_schools(session, draw_id=told.id, actor=world.actor("manager"), now=NOON + 9 * DAY)

    mails = session.scalars(select(OutboxRow).where(OutboxRow.kind == "draw_result")).all()
    assert sorted(mail.subject_id for mail in mails) == sorted(world.signups)
    assert {mail.created_at for mail in mails} == {act.TOLD_AT}
    assert told.told_at == act.TOLD_AT


def test_a_mistake_is_marked_beside_the_truth(session):
    world = recruited(session)
    done = act.drawn(world)
    before = done.receipt

    mark = mark_mistake(
        session,
        draw_id=done.id,
        unit_code=done.units[0].code,
        text="This school was in the wrong stratum.",
        actor=world.actor("manager"),
        now=NOON + 4 * DAY,
    )

    assert (mark.unit_code, done.receipt) == (done.units[0].code, before)


def test_a_stopped_trial_takes_no_secrets(session):
    world = recruited(session)
    sealed = act.sealed(world)
    trial = world.trial
    trial.advance_to(TrialState.STOPPED)
    trial.stopped_at, trial.stop_reason = NOON, "recruitment"
    session.commit()

    with pytest.raises(NotReady, match="stopped"):
        act.reveal(world, sealed)
