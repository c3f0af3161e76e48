"""Opening the call, and what a school tells before it sends its sign-up."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.school_trial import (
    ANSWERS,
    NOON,
    Scene,
    grant,
    interest,
    open_call,
    terms,
)
from trials.agreements.models import Document
from trials.calls.models import Trial
from trials.errors import BadInput, Conflict, IllegalTransition, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Role
from trials.signups.models import Signup
from trials.signups.services import (
    GroupSize,
    accept_both_groups,
    open_school_call,
    state_groups,
    submit_signup,
)
from trials.signups.states import SignupState


def test_no_call_before_the_protocol_is_locked(session: Session, scene: Scene) -> None:
    session.query(Document).delete()
    session.commit()

    with pytest.raises(NotReady, match="protocol is not locked"):
        open_call(session, scene)

    assert session.get_one(Trial, scene.trial_id).state is TrialState.DESIGNING


def test_opening_makes_the_trial_recruit_once(session: Session, scene: Scene) -> None:
    open_call(session, scene)

    assert session.get_one(Trial, scene.trial_id).state is TrialState.RECRUITING
    with pytest.raises(IllegalTransition):
        open_call(session, scene)


def test_a_call_that_cannot_be_is_refused_with_every_reason(session: Session, scene: Scene) -> None:
    wrong = terms(places=0, closes_at=NOON, control_gets_en=" ")

    with pytest.raises(BadInput) as refusal:
        open_school_call(
            session, trial_id=scene.trial_id, terms=wrong, actor=scene.officer, now=NOON
        )

    fields = [problem.values["field"] for problem in refusal.value.problems]
    assert fields == ["places", "closes_at", "control_gets_en"]


@pytest.mark.parametrize(("seconds", "sentence"), [(-1, "starts on"), (40 * 86400, "closed on")])
def test_interest_is_refused_outside_the_dates_to_the_second(
    session: Session, scene: Scene, seconds: int, sentence: str
) -> None:
    open_call(session, scene)
    moment = NOON + timedelta(seconds=seconds)

    with pytest.raises(NotReady, match=sentence):
        interest(session, scene, now=moment)


def test_a_school_that_does_not_fit_hears_so_at_once_and_may_correct_it(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)

    refused = interest(session, scene, answers={**ANSWERS, "tests_twice": False})
    assert refused.state is SignupState.INELIGIBLE

    corrected = interest(session, scene)
    assert corrected.id == refused.id
    assert corrected.state is SignupState.INTERESTED


def test_every_question_needs_an_answer(session: Session, scene: Scene) -> None:
    open_call(session, scene)

    with pytest.raises(BadInput, match="1 questions still need an answer"):
        interest(session, scene, answers={"tests_twice": True})


def test_a_site_signs_up_once(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    interest(session, scene)

    with pytest.raises(Conflict, match="you have already"):
        interest(session, scene)
    with pytest.raises(Conflict, match="a colleague has already"):
        interest(session, scene, name="colleague")


def test_a_recruiter_cannot_become_coordinator(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    grant(session, scene, "recruiter", Role.RECRUITER)

    with pytest.raises(Conflict, match="must not know any arm"):
        interest(session, scene, name="recruiter")

    assert session.scalar(select(func.count()).select_from(Signup)) == 0


def test_nothing_is_sent_while_answers_are_missing(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = interest(session, scene)

    with pytest.raises(BadInput, match="3 answers are still missing"):
        submit_signup(session, signup_id=signup.id, actor=scene.coordinator(signup.id), now=NOON)


def test_refusing_one_group_keeps_the_answers_but_goes_no_further(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    signup = interest(session, scene)

    with pytest.raises(BadInput, match="both groups are fine"):
        accept_both_groups(
            session,
            signup_id=signup.id,
            accepted=False,
            actor=scene.coordinator(signup.id),
            now=NOON,
        )


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        (GroupSize("groep 3", 1, 20), "groep 3 does not take part"),
        (GroupSize("groep 8", 0, 20), "how many classes"),
        (GroupSize("groep 8", 24, 1), "classes 24 and pupils 1 do not fit"),
    ],
)
def test_impossible_groups_are_refused(
    session: Session, scene: Scene, group: GroupSize, sentence: str
) -> None:
    open_call(session, scene)
    signup = interest(session, scene)

    with pytest.raises(BadInput) as refusal:
        state_groups(
            session,
            signup_id=signup.id,
            groups=[group],
            actor=scene.coordinator(signup.id),
            now=NOON,
        )

    assert sentence in str(refusal.value.problems[0])
    assert signup.groups == []
