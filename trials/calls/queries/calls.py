"""Reading calls: what is public, and what NRO sees of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from trials.calls.models import Application, Call, CallKind, Question
from trials.calls.states import ApplicationState, CallState
from trials.errors import NotFound
from trials.permissions import PROGRAMME, Actor, Permission, ScopeKind, require


def public_calls(session: Session) -> Sequence[Call]:
    """Return every published, decided or withdrawn call, the one that closes last first."""
    return session.scalars(
        select(Call)
        .where(Call.state != CallState.DRAFT)
        .options(selectinload(Call.trial))
        .order_by(Call.closes_at.desc(), Call.id)
    ).all()


def open_calls(session: Session, now: datetime) -> Sequence[Call]:
    """Return the calls that take applications at ``now``, the one that closes first first."""
    return session.scalars(
        select(Call)
        .where(Call.state == CallState.PUBLISHED, Call.opens_at <= now, Call.closes_at > now)
        .order_by(Call.closes_at, Call.id)
    ).all()


def call_page(session: Session, call_id: int, actor: Actor | None) -> Call:
    """Return a call; a draft only to whoever may manage it, else ``NotFound``."""
    call = session.get(Call, call_id)
    if call is None:
        raise NotFound("there is no such call")
    if call.state is CallState.DRAFT and not may_manage(actor, call):
        raise NotFound("there is no such call")
    return call


def may_manage(actor: Actor | None, call: Call) -> bool:
    return actor is not None and actor.may(Permission.CALL_MANAGE, call.scope)


def managed_call(session: Session, call_id: int, actor: Actor) -> Call:
    """Return a call to whoever manages it. Raises ``NotFound`` for others."""
    call = session.get(Call, call_id)
    if call is None or not may_manage(actor, call):
        raise NotFound("there is no such call")
    return call


def must_make_calls(actor: Actor) -> None:
    """Refuse with ``NotAllowed`` whoever cannot make a call."""
    require(actor, Permission.CALL_MANAGE, PROGRAMME)


def question_page(session: Session, question_id: int, actor: Actor) -> Question:
    """Return a question to whoever may answer it. Raises ``NotFound`` for others."""
    question = session.get(Question, question_id)
    if question is None:
        raise NotFound("there is no such question")
    managed_call(session, question.call_id, actor)
    return question


def managed_calls(session: Session, actor: Actor) -> Sequence[Call]:
    """Return the calls this person manages, drafts too, the newest first."""
    ids = actor.scope_ids(Permission.CALL_MANAGE, ScopeKind.CALL)
    query = select(Call).order_by(Call.id.desc())
    return session.scalars(query if ids is None else query.where(Call.id.in_(ids))).all()


def answered_questions(session: Session, call_id: int) -> Sequence[Question]:
    """Return the questions that are public: those with an answer, in the order asked."""
    return session.scalars(
        select(Question)
        .where(Question.call_id == call_id, Question.answered_at.is_not(None))
        .order_by(Question.id)
    ).all()


def open_questions(session: Session, call: Call, actor: Actor) -> Sequence[Question]:
    """Return the questions that wait for an answer, to whoever may give it."""
    if not may_manage(actor, call):
        return ()
    return session.scalars(
        select(Question)
        .where(Question.call_id == call.id, Question.answered_at.is_(None))
        .order_by(Question.id)
    ).all()


def number_sent(session: Session, call: Call) -> int:
    """Count the applications sent and not withdrawn; before closing this is all NRO knows."""
    return (
        session.scalar(
            select(func.count(Application.id)).where(
                Application.call_id == call.id,
                Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN)),
            )
        )
        or 0
    )


def evaluator_call(session: Session, trial_id: int) -> Call | None:
    """Return the newest public call for evaluators of a trial."""
    return session.scalar(
        select(Call)
        .where(
            Call.trial_id == trial_id,
            Call.kind == CallKind.EVALUATORS,
            Call.state != CallState.DRAFT,
        )
        .order_by(Call.id.desc())
        .limit(1)
    )


def evaluator_call_of(session: Session, trial_id: int, actor: Actor) -> Call:
    """Return the call for evaluators of a trial to NRO. Raises ``NotFound``."""
    call = evaluator_call(session, trial_id)
    if call is None or not actor.may(Permission.EVALUATOR_PROPOSE, call.scope):
        raise NotFound("there is no call for evaluators of this trial")
    return call
