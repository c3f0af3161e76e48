"""A call is checked as a whole, is fixed once published, and answers questions to all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.trials.calls.cast import (
    AFTER,
    BEFORE,
    CLOSES,
    MONDAY,
    OPENS,
    QUESTIONS_UNTIL,
    draft,
)
from trials.audit import AuditRow
from trials.calls.drafts import CriterionDraft
from trials.calls.models import Call, CallKind
from trials.calls.queries.calls import (
    answered_questions,
    call_page,
    managed_calls,
    open_calls,
    open_questions,
    public_calls,
)
from trials.calls.services.calls import (
    answer_question,
    ask_question,
    change_call,
    create_call,
    open_rebuttal,
    publish_call,
    withdraw_call,
)
from trials.calls.states import CallState
from trials.errors import BadInput, IllegalTransition, NotAllowed, NotFound, NotReady
from trials.mail import OutboxRow

EVIDENCE = CriterionDraft("Evidentie", "Evidence", 60)


def _problems(**changes: object) -> set[str]:
    with pytest.raises(BadInput) as refusal:
        draft(**changes).check()
    return {str(problem.values.get("field")) for problem in refusal.value.problems}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"criteria": (EVIDENCE,)}, "criteria"),
        ({"criteria": ()}, "criteria"),
        ({"criteria": (EVIDENCE, CriterionDraft(" ", "Scale", 40))}, "criteria.1.name_nl"),
        (
            {"criteria": (EVIDENCE, CriterionDraft("A", "A", 50), CriterionDraft("B", "B", -10))},
            "criteria.2.weight",
        ),
        ({"criteria": (EVIDENCE, CriterionDraft("A", "A", 40, 10))}, "criteria.1.minimum"),
        ({"opens_at": CLOSES}, "questions_until"),
        ({"questions_until": CLOSES + timedelta(seconds=1)}, "questions_until"),
        ({"title_en": "  "}, "title_en"),
        ({"title_nl": "x" * 201}, "title_nl"),
        ({"kind": CallKind.EVALUATORS}, "None"),
        ({"trial_id": 3}, "None"),
    ],
)
def test_a_call_that_cannot_hold_is_refused_by_field(changes, named):
    assert named in _problems(**changes)


def test_all_problems_of_a_call_come_at_once():
    assert _problems(title_nl="", opens_at=CLOSES, criteria=(EVIDENCE,)) == {
        "title_nl",
        "questions_until",
        "criteria",
    }


def test_a_refused_call_leaves_nothing_behind(session, programme):
    with pytest.raises(BadInput):
        create_call(
            session,
            draft=draft(title_nl=""),
            actor=programme.actor(programme.officer),
            now=MONDAY,
        )

    assert session.query(Call).count() == 0
    assert session.query(AuditRow).filter_by(event="call_created").count() == 0


def test_a_draft_is_for_its_makers_and_a_published_call_for_all(session, programme):
    officer, applicant = (programme.actor(p) for p in (programme.officer, programme.applicants[0]))
    call = create_call(session, draft=draft(), actor=officer, now=MONDAY)

    assert call_page(session, call.id, officer) is call
    for reader in (applicant, None):
        with pytest.raises(NotFound):
            call_page(session, call.id, reader)
    assert list(public_calls(session)) == []

    publish_call(session, call_id=call.id, actor=officer, now=MONDAY)

    assert call_page(session, call.id, None) is call
    assert list(public_calls(session)) == [call]
    assert list(managed_calls(session, officer)) == [call]
    assert list(managed_calls(session, applicant)) == []


@pytest.mark.parametrize("who", ["director", "applicant", "assessor"])
def test_only_whoever_manages_calls_makes_one(session, programme, who):
    person = {
        "director": programme.director,
        "applicant": programme.applicants[0],
        "assessor": programme.assessors[0],
    }[who]

    with pytest.raises(NotAllowed):
        create_call(session, draft=draft(), actor=programme.actor(person), now=MONDAY)


def test_a_call_is_open_from_its_first_second_to_the_one_before_closing(session, programme):
    call = programme.published_call()

    moments = (OPENS - timedelta(seconds=1), OPENS, BEFORE, CLOSES)

    assert [call.is_open(moment) for moment in moments] == [False, True, True, False]
    assert [len(open_calls(session, moment)) for moment in moments] == [0, 1, 1, 0]


def test_a_draft_can_change_and_a_published_call_cannot(session, programme):
    officer = programme.actor(programme.officer)
    call = create_call(session, draft=draft(), actor=officer, now=MONDAY)
    thirds = tuple(CriterionDraft(n, n, w) for n, w in (("A", 33), ("B", 33), ("C", 34)))

    change_call(session, call_id=call.id, draft=draft(criteria=thirds), actor=officer, now=MONDAY)

    assert [criterion.weight for criterion in call.criteria] == [33, 33, 34]
    publish_call(session, call_id=call.id, actor=officer, now=MONDAY)
    with pytest.raises(NotReady, match="published call cannot be changed"):
        change_call(session, call_id=call.id, draft=draft(), actor=officer, now=MONDAY)


def test_a_call_is_not_published_after_its_questions_have_ended(session, programme):
    officer = programme.actor(programme.officer)
    call = create_call(session, draft=draft(), actor=officer, now=MONDAY)

    with pytest.raises(NotReady, match="questions would be over"):
        publish_call(session, call_id=call.id, actor=officer, now=QUESTIONS_UNTIL)


def test_a_withdrawn_call_says_why_and_stays_withdrawn(session, programme):
    call, officer = programme.published_call(), programme.actor(programme.officer)

    programme.application(call)
    with pytest.raises(BadInput):
        withdraw_call(session, call_id=call.id, reason=" ", actor=officer, now=MONDAY)
    withdraw_call(session, call_id=call.id, reason="Geen geld", actor=officer, now=MONDAY)

    assert (call.state, call.withdrawn_reason) == (CallState.WITHDRAWN, "Geen geld")
    assert list(public_calls(session)) == [call]
    assert not call.is_open(MONDAY)
    (mail,) = session.scalars(select(OutboxRow))
    assert (mail.kind, mail.person_id) == ("call_withdrawn", programme.applicants[0])
    with pytest.raises(IllegalTransition):
        publish_call(session, call_id=call.id, actor=officer, now=MONDAY)


def test_a_question_is_public_with_its_answer_and_not_before(session, programme):
    call, officer = programme.published_call(), programme.actor(programme.officer)
    asker = programme.actor(programme.applicants[0])

    question = ask_question(session, call_id=call.id, text="Mag vo ook?", actor=asker, now=MONDAY)

    assert list(answered_questions(session, call.id)) == []
    assert list(open_questions(session, call, officer)) == [question]
    assert list(open_questions(session, call, asker)) == []
    answer_question(session, question_id=question.id, answer="Ja.", actor=officer, now=AFTER)
    assert [(q.text, q.answer) for q in answered_questions(session, call.id)] == [
        ("Mag vo ook?", "Ja.")
    ]
    with pytest.raises(NotReady, match="answered already"):
        answer_question(session, question_id=question.id, answer="Nee.", actor=officer, now=AFTER)


@pytest.mark.parametrize("moment", [QUESTIONS_UNTIL, OPENS - timedelta(seconds=1), AFTER])
def test_questions_are_taken_in_their_round_only(session, programme, moment):
    call = programme.published_call()
    asker = programme.actor(programme.applicants[0])

    with pytest.raises(NotReady, match="round of questions"):
        ask_question(session, call_id=call.id, text="Mag vo ook?", actor=asker, now=moment)


def test_only_nro_answers(session, programme):
    call = programme.published_call()
    asker = programme.actor(programme.applicants[0])
    question = ask_question(session, call_id=call.id, text="Mag vo ook?", actor=asker, now=MONDAY)

    with pytest.raises(NotAllowed):
        answer_question(session, question_id=question.id, answer="Ja.", actor=asker, now=MONDAY)


@pytest.mark.parametrize(
    ("now", "until", "refusal"),
    [(BEFORE, AFTER, NotReady), (AFTER, AFTER, BadInput)],
    ids=["before closing", "a round of no time"],
)
def test_the_round_of_rebuttals_follows_closing_and_takes_time(
    session, programme, now, until, refusal
):
    call, officer = programme.published_call(), programme.actor(programme.officer)

    with pytest.raises(refusal):
        open_rebuttal(session, call_id=call.id, until=until, actor=officer, now=now)
