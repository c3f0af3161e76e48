"""Making, publishing and withdrawing calls, and the round of questions."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.drafts import CallDraft
from trials.calls.letters import CALL_WITHDRAWN, REBUTTAL_OPENED
from trials.calls.loading import call_for_update, question_for_update
from trials.calls.models import Call, CallKind, Criterion, Question, Trial
from trials.calls.states import ApplicationState, CallState
from trials.database import transaction
from trials.days import check_years
from trials.errors import BadInput, NotFound, NotReady
from trials.fields import written
from trials.lifecycle import TrialState
from trials.mail import post
from trials.permissions import PROGRAMME, Actor, Permission, require


def create_call(session: Session, *, draft: CallDraft, actor: Actor, now: datetime) -> Call:
    """Keep a new call as a draft that only NRO sees.

    Raises ``BadInput`` with every problem of the draft.
    """
    with transaction(session):
        require(actor, Permission.CALL_MANAGE, PROGRAMME)
        draft.check()
        _check_trial(session, draft)
        call = Call(state=CallState.DRAFT, created_by=actor.person_id)
        _fill(call, draft)
        session.add(call)
        session.flush()
        record(session, "call_created", f"call:{call.id}", by=actor.person_id, at=now)
    return call


def change_call(
    session: Session, *, call_id: int, draft: CallDraft, actor: Actor, now: datetime
) -> Call:
    """Replace the content of a call that is still a draft; what is published stays as it is."""
    with transaction(session):
        call = call_for_update(session, call_id)
        require(actor, Permission.CALL_MANAGE, call.scope)
        if call.state is not CallState.DRAFT:
            raise NotReady("a published call cannot be changed; withdraw it and publish another")
        draft.check()
        _check_trial(session, draft)
        for criterion in list(call.criteria):
            session.delete(criterion)
        session.flush()
        session.expire(call, ["criteria"])
        _fill(call, draft)
        record(session, "call_changed", f"call:{call.id}", by=actor.person_id, at=now)
    return call


def publish_call(session: Session, *, call_id: int, actor: Actor, now: datetime) -> Call:
    """Publish a draft; it takes applications between its dates."""
    with transaction(session):
        call = call_for_update(session, call_id)
        require(actor, Permission.CALL_MANAGE, call.scope)
        if now >= call.questions_until:
            raise NotReady("the round of questions would be over already; choose later dates")
        call.advance_to(CallState.PUBLISHED)
        record(session, "call_published", f"call:{call.id}", by=actor.person_id, at=now)
    return call


def withdraw_call(
    session: Session, *, call_id: int, reason: str, actor: Actor, now: datetime
) -> Call:
    """End a call without a decision; the reason is public."""
    with transaction(session):
        call = call_for_update(session, call_id)
        require(actor, Permission.CALL_MANAGE, call.scope)
        if any(a.state is ApplicationState.AWARDED for a in call.applications):
            raise NotReady("an application to this call was awarded; refuse the others instead")
        call.advance_to(CallState.WITHDRAWN)
        call.withdrawn_reason = written(reason, field="reason", longest=1000)
        _tell_applicants(session, CALL_WITHDRAWN, call, now)
        record(session, "call_withdrawn", f"call:{call.id}", by=actor.person_id, at=now)
    return call


def ask_question(
    session: Session, *, call_id: int, text: str, actor: Actor, now: datetime
) -> Question:
    """Ask something about a call while its round of questions runs."""
    with transaction(session):
        call = call_for_update(session, call_id)
        if call.state is CallState.DRAFT:
            raise NotFound("there is no such call")
        require(actor, Permission.APPLICATION_SUBMIT, call.scope)
        if not call.is_open(now) or now >= call.questions_until:
            raise NotReady("the round of questions is over, or has not begun")
        question = Question(
            call_id=call.id,
            asked_by=actor.person_id,
            asked_at=now,
            text=written(text, field="text", longest=2000),
        )
        session.add(question)
        session.flush()
        record(session, "question_asked", f"question:{question.id}", by=actor.person_id, at=now)
    return question


def answer_question(
    session: Session, *, question_id: int, answer: str, actor: Actor, now: datetime
) -> Question:
    """Answer a question once; question and answer are public from this moment."""
    with transaction(session):
        question = question_for_update(session, question_id)
        call = call_for_update(session, question.call_id)
        require(actor, Permission.CALL_MANAGE, call.scope)
        if question.answered_at is not None:
            raise NotReady("this question was answered already")
        question.answer = written(answer, field="answer", longest=4000)
        question.answered_by, question.answered_at = actor.person_id, now
        record(session, "question_answered", f"question:{question.id}", by=actor.person_id, at=now)
    return question


def open_rebuttal(
    session: Session, *, call_id: int, until: datetime, actor: Actor, now: datetime
) -> Call:
    """Show applicants the assessors' reasons and give them time to answer."""
    with transaction(session):
        call = call_for_update(session, call_id)
        require(actor, Permission.CALL_MANAGE, call.scope)
        if not call.is_closed(now) or call.state is not CallState.PUBLISHED:
            raise NotReady("rebuttals follow the closing of a call and precede its decision")
        check_years(until=until)
        if until <= now:
            raise BadInput("choose a moment that is still to come", field="until")
        call.rebuttal_until = until
        _tell_applicants(session, REBUTTAL_OPENED, call, now)
        record(session, "rebuttal_opened", f"call:{call.id}", by=actor.person_id, at=now)
    return call


def _tell_applicants(session: Session, kind: str, call: Call, now: datetime) -> None:
    """Write to everyone whose application was sent and not taken back."""
    for application in call.applications:
        if application.state is ApplicationState.SUBMITTED:
            post(session, kind, application.applicant, now, subject_id=application.id)


def _fill(call: Call, draft: CallDraft) -> None:
    call.kind, call.trial_id, call.tie_rule = draft.kind, draft.trial_id, draft.tie_rule
    call.title_nl, call.title_en = draft.title_nl.strip(), draft.title_en.strip()
    call.text_nl, call.text_en = draft.text_nl.strip(), draft.text_en.strip()
    call.opens_at, call.closes_at = draft.opens_at, draft.closes_at
    call.questions_until = draft.questions_until
    call.criteria = [
        Criterion(
            position=position,
            name_nl=criterion.name_nl.strip(),
            name_en=criterion.name_en.strip(),
            weight=criterion.weight,
            minimum=criterion.minimum,
        )
        for position, criterion in enumerate(draft.criteria, start=1)
    ]


def _check_trial(session: Session, draft: CallDraft) -> None:
    if draft.kind is not CallKind.EVALUATORS:
        return
    trial = session.get(Trial, draft.trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    if trial.state is not TrialState.AWARDED:
        raise NotReady("this trial has its evaluator already, or was stopped")
