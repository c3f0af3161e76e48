"""What each reader may know of calls, sign-ups and recruitment."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.trials.school_trial import (
    NOON,
    Scene,
    complete,
    grant,
    interest,
    open_call,
    sent,
    sign,
)
from trials.errors import BadInput, NotFound
from trials.mail import OutboxRow
from trials.people.models import MailLink
from trials.permissions import PROGRAMME, Role, ScopeKind
from trials.signups.models import Answer, Channel
from trials.signups.queries import (
    approach_log,
    open_school_calls,
    recruitment,
    school_call,
    signup_for,
    signups_of_trial,
    tasks_for,
)
from trials.signups.services import Contact, log_approach, start_signup
from trials.signups.states import SignupState
from trials.tasks import TaskState


def test_the_public_sees_exact_places_and_whether_the_call_is_open(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    sent(session, scene)

    assert school_call(session, "samen-lezen", NOON).taken == 1
    assert [found.open for found in open_school_calls(session, NOON)] == [True]
    assert open_school_calls(session, NOON + timedelta(days=40)) == []
    assert not school_call(session, "samen-lezen", NOON + timedelta(days=40)).open


def test_a_recruiter_sees_totals_and_the_log_but_no_school_that_signed_up(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    _approach(session, scene, Answer.NONE_YET)
    _approach(session, scene, Answer.INTERESTED)
    sent(session, scene)

    seen = recruitment(session, scene.trial_id, scene.recruiter)

    assert (seen.taken, seen.approached, seen.answers) == (1, 1, {Answer.INTERESTED: 1})
    assert seen.states is None
    assert seen.places_taken_at is None
    with pytest.raises(NotFound):
        signups_of_trial(session, scene.trial_id, scene.recruiter)
    assert len(approach_log(session, scene.trial_id, scene.recruiter)) == 2


def test_a_recruiter_with_another_role_beside_it_stays_as_blind(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    sent(session, scene)
    both = scene.person("recruiter", (Role.RECRUITER, scene.scope), (Role.NRO_OFFICER, PROGRAMME))

    assert recruitment(session, scene.trial_id, both).states is None
    with pytest.raises(NotFound):
        signups_of_trial(session, scene.trial_id, both)


def test_the_council_sees_each_schools_status(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    sent(session, scene)

    assert recruitment(session, scene.trial_id, scene.officer).states == {SignupState.SUBMITTED: 1}
    assert len(signups_of_trial(session, scene.trial_id, scene.officer)) == 1


@pytest.mark.parametrize("reader", ["tester", "recruiter", "officer"])
def test_others_do_not_find_a_sign_up(session: Session, scene: Scene, reader: str) -> None:
    open_call(session, scene)
    signup = sent(session, scene)

    with pytest.raises(NotFound):
        signup_for(session, signup.id, getattr(scene, reader))


def test_a_refusal_needs_its_reason(session: Session, scene: Scene) -> None:
    open_call(session, scene)

    with pytest.raises(BadInput, match="why the school does not take part"):
        _approach(session, scene, Answer.DECLINED, reason=" ")


def test_starting_a_sign_up_mails_a_link_and_keeps_nothing_of_the_school(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)

    start_signup(
        session,
        trial_id=scene.trial_id,
        site_id=scene.site_ids[0],
        contact=Contact("Nieuw", "nieuw@voorbeeld.nl"),
        language="nl",
        origin="192.0.2.1",
        now=NOON,
    )

    link = session.query(MailLink).one()
    assert link.path == f"/take-part/samen-lezen/{scene.site_ids[0]}/questions"
    assert session.query(OutboxRow).count() == 1
    assert school_call(session, "samen-lezen", NOON).taken == 0


def test_a_person_without_a_name_or_address_is_refused_at_both_fields(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)

    with pytest.raises(BadInput) as refusal:
        start_signup(
            session,
            trial_id=scene.trial_id,
            site_id=scene.site_ids[0],
            contact=Contact(" ", "nieuw"),
            language="nl",
            origin="192.0.2.1",
            now=NOON,
        )

    assert [problem.values["field"] for problem in refusal.value.problems] == ["name", "email"]


def test_tasks_follow_the_sign_up(session: Session, scene: Scene) -> None:
    assert _kinds(session, scene.officer) == [("school_call_open", TaskState.WAITING)]

    open_call(session, scene)
    assert _kinds(session, scene.officer) == []
    signup = interest(session, scene)
    coordinator = scene.coordinator(signup.id)
    assert _kinds(session, coordinator) == [("signup_continue", TaskState.WAITING)]

    sent_ = sent(session, scene, 1)
    other = scene.coordinator(sent_.id)
    assert _kinds(session, other) == [
        ("signatory_name", TaskState.WAITING),
        ("council_name", TaskState.WAITING),
        ("parents_inform", TaskState.WAITING),
    ]
    grant(session, scene, "signatory", Role.BOARD_SIGNATORY, ScopeKind.BOARD, scene.board_id)
    assert ("board_sign", TaskState.RUNNING) in _kinds(session, other)
    assert _kinds(session, scene.signatory) == [("board_sign", TaskState.WAITING)]
    assert _kinds(session, scene.council(sent_.id)) == [("council_decide", TaskState.WAITING)]

    sign(session, scene, sent_)
    assert _kinds(session, scene.signatory) == []


def test_a_complete_school_has_nothing_left_to_do_here(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = complete(session, scene)

    assert _kinds(session, scene.coordinator(signup.id)) == []


def _approach(session: Session, scene: Scene, answer: Answer, reason: str = "") -> None:
    log_approach(
        session,
        trial_id=scene.trial_id,
        site_id=scene.site_ids[0],
        channel=Channel.PHONE,
        answer=answer,
        reason=reason,
        actor=scene.recruiter,
        now=NOON,
    )


def _kinds(session: Session, actor) -> list[tuple[str, TaskState]]:
    return [(task.kind, task.state) for task in tasks_for(session, actor, NOON)]
