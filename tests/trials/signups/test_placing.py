"""Places: taken, waited for, given back, and kept for good after the draw."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.school_trial import (
    NOON,
    Scene,
    complete,
    drawn,
    grant,
    interest,
    open_call,
    sent,
    sign,
)
from trials.audit import AuditRow
from trials.calls.models import Trial
from trials.errors import BadInput, NotReady
from trials.lifecycle import TrialState
from trials.mail import OutboxRow
from trials.permissions import Role, ScopeKind
from trials.signups.services import (
    accept_both_groups,
    change_places,
    submit_signup,
    withdraw_signup,
)
from trials.signups.states import SignupState

MINUTE = timedelta(minutes=1)


def test_sending_twice_takes_one_place_and_asks_the_board_once(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    grant(session, scene, "signatory", Role.BOARD_SIGNATORY, ScopeKind.BOARD, scene.board_id)
    signup = sent(session, scene)

    submit_signup(
        session, signup_id=signup.id, actor=scene.coordinator(signup.id), now=NOON + MINUTE
    )

    assert signup.state is SignupState.SUBMITTED
    assert signup.submitted_at == NOON
    assert session.scalars(select(OutboxRow.kind)).all() == ["board_signature_asked"]


def test_the_waiting_list_moves_up_when_a_school_withdraws(session: Session, scene: Scene) -> None:
    open_call(session, scene, places=1)
    first, second = sent(session, scene, 0), sent(session, scene, 1)
    assert second.state is SignupState.WAITING

    withdraw_signup(
        session, signup_id=first.id, actor=scene.coordinator(first.id), now=NOON + MINUTE
    )

    assert first.state is SignupState.WITHDRAWN
    assert second.state is SignupState.SUBMITTED
    assert session.scalars(select(OutboxRow.kind)).all() == ["place_given"]


def test_more_places_serve_the_waiting_list_and_fewer_never_push_a_school_out(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene, places=1)
    sent(session, scene, 0)
    second = sent(session, scene, 1)

    change_places(session, trial_id=scene.trial_id, places=2, actor=scene.officer, now=NOON)

    assert second.state is SignupState.SUBMITTED
    with pytest.raises(BadInput, match="2 schools already have a place"):
        change_places(session, trial_id=scene.trial_id, places=1, actor=scene.officer, now=NOON)


def test_a_school_that_withdraws_after_its_draw_frees_no_place(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene, places=1)
    drawn, waiting = complete(session, scene, 0), sent(session, scene, 1)
    drawn.drawn_at = NOON
    session.commit()

    withdraw_signup(session, signup_id=drawn.id, actor=scene.coordinator(drawn.id), now=NOON)

    assert waiting.state is SignupState.WAITING
    assert drawn.submitted_at is not None
    assert _last_event(session) == "withdrawn_after_draw"


def test_a_school_may_come_back_before_the_draw_and_is_signed_for_anew(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    signup = complete(session, scene)
    coordinator = scene.coordinator(signup.id)
    withdraw_signup(session, signup_id=signup.id, actor=coordinator, now=NOON + MINUTE)

    again = interest(session, scene, now=NOON + 2 * MINUTE)
    accept_both_groups(
        session, signup_id=again.id, accepted=True, actor=coordinator, now=NOON + 2 * MINUTE
    )
    submit_signup(session, signup_id=again.id, actor=coordinator, now=NOON + 3 * MINUTE)

    assert again.id == signup.id
    assert sign(session, scene, again).state is SignupState.SIGNED


def _last_event(session: Session) -> str | None:
    return session.scalar(select(AuditRow.event).order_by(AuditRow.id.desc()).limit(1))


def test_no_place_is_added_once_the_trial_takes_no_schools(session: Session, scene: Scene) -> None:
    open_call(session, scene, places=1)
    first, waits = sent(session, scene, 0), sent(session, scene, 1)
    drawn(session, scene, first)
    session.get_one(Trial, scene.trial_id).state = TrialState.MEASURED
    session.commit()

    with pytest.raises(NotReady, match="takes no schools"):
        change_places(session, trial_id=scene.trial_id, places=2, actor=scene.officer, now=NOON)

    assert waits.state is SignupState.WAITING
