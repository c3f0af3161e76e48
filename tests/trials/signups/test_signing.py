"""Board and council, hand-over, and the record that stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.school_trial import (
    NOON,
    Scene,
    complete,
    council_answers,
    open_call,
    prepared,
    sent,
    sign,
)
from trials.audit import AuditRow, verify_chain
from trials.errors import BadInput, Conflict, NotAllowed, NotFound
from trials.mail import OutboxRow
from trials.people.models import Grant
from trials.permissions import Role, Scope, ScopeKind
from trials.signups.models import CouncilAnswer
from trials.signups.services import (
    Contact,
    hand_over,
    name_signatory,
    sign_for_board,
)
from trials.signups.states import SignupState

MINUTE = timedelta(minutes=1)


def test_board_and_council_make_it_complete_in_either_order(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    assert complete(session, scene, 0).state is SignupState.COMPLETE

    other = sent(session, scene, 1)
    council_answers(session, scene, other, CouncilAnswer.CONSENTS)
    assert other.state is SignupState.SUBMITTED
    assert sign(session, scene, other).state is SignupState.COMPLETE


def test_the_board_signs_what_it_saw_or_nothing(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = sent(session, scene)

    with pytest.raises(Conflict, match="read it again"):
        sign_for_board(
            session, signup_id=signup.id, shown="0" * 64, actor=scene.signatory, now=NOON
        )

    assert signup.state is SignupState.SUBMITTED


def test_the_coordinator_cannot_sign_for_the_board(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = sent(session, scene)
    scope = Scope(ScopeKind.SIGNUP, signup.id)
    both = scene.person(
        "coordinator", (Role.SCHOOL_COORDINATOR, scope), (Role.BOARD_SIGNATORY, scope)
    )

    with pytest.raises(NotAllowed, match="cannot sign for the board"):
        sign_for_board(session, signup_id=signup.id, shown="0" * 64, actor=both, now=NOON)
    with pytest.raises(BadInput, match="cannot sign for the board"):
        name_signatory(
            session,
            signup_id=signup.id,
            contact=Contact("Coordinator", " Coordinator@voorbeeld.nl"),
            actor=scene.coordinator(signup.id),
            now=NOON,
        )


def test_a_refusal_by_the_council_ends_the_sign_up_and_frees_the_place(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene, places=1)
    refused, waiting = sent(session, scene, 0), sent(session, scene, 1)

    council_answers(session, scene, refused, CouncilAnswer.REFUSES)

    assert refused.state is SignupState.WITHDRAWN
    assert waiting.state is SignupState.SUBMITTED


def test_the_council_answers_by_its_right(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = sent(session, scene)

    with pytest.raises(BadInput, match="right is consent; advises does not fit"):
        council_answers(session, scene, signup, CouncilAnswer.ADVISES)


def test_the_signatory_of_another_board_finds_nothing(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = sent(session, scene)
    other = scene.person(
        "signatory", (Role.BOARD_SIGNATORY, Scope(ScopeKind.BOARD, scene.board_id + 1))
    )

    with pytest.raises(NotFound):
        sign_for_board(session, signup_id=signup.id, shown="0" * 64, actor=other, now=NOON)


def test_after_a_hand_over_only_the_new_coordinator_can_go_on(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    signup = prepared(session, scene)

    hand_over(
        session,
        signup_id=signup.id,
        contact=Contact("Nieuw", "Nieuw@voorbeeld.nl"),
        actor=scene.coordinator(signup.id),
        now=NOON + MINUTE,
    )

    held = session.scalars(
        select(Grant).where(Grant.role == Role.SCHOOL_COORDINATOR, Grant.ended_at.is_(None))
    ).all()
    assert [grant.person_id for grant in held] == [signup.coordinator_id]
    assert signup.coordinator.email == "nieuw@voorbeeld.nl"
    assert session.scalars(select(OutboxRow.kind)).all() == ["signup_handed_over"]


def test_every_act_is_in_the_chain_and_holds_no_name(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    complete(session, scene)

    events = session.scalars(select(AuditRow.event).order_by(AuditRow.id)).all()
    assert [event for event in events[1:] if event != "role_given"] == [
        "school_call_opened",
        "interest_registered",
        "groups_stated",
        "tests_stated",
        "both_groups_accepted",
        "signup_submitted",
        "board_signed",
        "council_decided",
    ]
    assert verify_chain(session).broken_at is None
    assert "Voorbeeld" not in str([row.details for row in session.scalars(select(AuditRow))])
