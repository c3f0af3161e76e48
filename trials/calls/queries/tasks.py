"""What waits for a person in calls: questions, declarations, scores, rulings, decisions."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Application, Call, CallKind, Trial
from trials.calls.queries.applications import own_applications, reads_as_council
from trials.calls.queries.assessment import to_assess
from trials.calls.queries.calls import open_questions
from trials.calls.standings import open_interests, standings
from trials.calls.states import ApplicationState, CallState
from trials.lifecycle import TrialState
from trials.permissions import PROGRAMME, Actor, Permission
from trials.tasks import Task, TaskState


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what waits for this person, runs, or is done, in the calls that still live."""
    tasks = list(_own(session, actor, now))
    for call in _live_calls(session):
        tasks += _of_council(session, call, actor, now)
        tasks += _of_assessor(session, call, actor, now)
    if actor.may(Permission.CALL_MANAGE, PROGRAMME):
        tasks += _wanted_evaluators(session)
    return tasks


def _live_calls(session: Session) -> list[Call]:
    live = (CallState.DRAFT, CallState.PUBLISHED)
    return list(session.scalars(select(Call).where(Call.state.in_(live)).order_by(Call.id)))


def _task(
    kind: str, call: Call, state: TaskState, *, due: datetime | None = None, minutes: int = 5
) -> Task:
    return Task(kind, call.id, state, call.title_nl, call.title_en, due, minutes)


def _of_council(session: Session, call: Call, actor: Actor, now: datetime) -> Iterator[Task]:
    if actor.may(Permission.CALL_MANAGE, call.scope):
        if call.state is CallState.DRAFT:
            yield _task("call_publish", call, TaskState.WAITING, minutes=15)
        elif open_questions(session, call, actor):
            yield _task("call_answer", call, TaskState.WAITING, due=call.closes_at, minutes=10)
        elif not call.is_closed(now):
            kind = "call_open" if call.is_open(now) else "call_to_come"
            due = call.closes_at if call.is_open(now) else call.opens_at
            yield _task(kind, call, TaskState.RUNNING, due=due)
    if not call.is_closed(now):
        return
    if actor.may(Permission.INTEREST_RULE, call.scope) and open_interests(session, call):
        yield _task("interest_rule", call, TaskState.WAITING, minutes=10)
    if actor.may(Permission.AWARD_PROPOSE, call.scope):
        complete = all(standing.complete for standing in standings(session, call))
        state = TaskState.WAITING if complete else TaskState.RUNNING
        yield _task("call_decide", call, state, minutes=30)


def _of_assessor(session: Session, call: Call, actor: Actor, now: datetime) -> Iterator[Task]:
    if call.state is CallState.DRAFT or reads_as_council(actor, call):
        return
    if not actor.may(Permission.APPLICATION_SCORE, call.scope):
        return
    lines = [
        line
        for line in to_assess(session, call, actor, now)
        if line.application.state is ApplicationState.SUBMITTED
    ]
    undeclared = sum(line.declaration is None for line in lines)
    admitted = [line for line in lines if line.declaration and line.declaration.may_score]
    unscored = sum(not line.scored for line in admitted)
    if undeclared:
        yield _task("interest_declare", call, TaskState.WAITING, minutes=2 * undeclared)
    if unscored:
        yield _task("application_score", call, TaskState.WAITING, minutes=45 * unscored)
    elif admitted and not undeclared:
        yield _task("application_score", call, TaskState.DONE)


def _own(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    for application in own_applications(session, actor):
        call = application.call
        if application.state is ApplicationState.DRAFT and call.is_open(now):
            yield _of(application, "application_send", TaskState.WAITING, call.closes_at, 30)
        elif application.state is ApplicationState.SUBMITTED:
            until = call.rebuttal_until
            if until is not None and now < until:
                yield _of(application, "rebuttal_write", TaskState.WAITING, until, 30)
            else:
                yield _of(application, "application_wait", TaskState.RUNNING, None, 0)
        elif application.state in (ApplicationState.AWARDED, ApplicationState.REFUSED):
            yield _of(application, "application_decided", TaskState.DONE, None, 5)


def _of(
    application: Application, kind: str, state: TaskState, due: datetime | None, minutes: int
) -> Task:
    call = application.call
    return Task(kind, application.id, state, call.title_nl, call.title_en, due, minutes)


def _wanted_evaluators(session: Session) -> Iterator[Task]:
    awarded = select(Trial).where(Trial.state == TrialState.AWARDED).order_by(Trial.id)
    for trial in session.scalars(awarded):
        live = session.scalar(
            select(Call.id).where(
                Call.trial_id == trial.id,
                Call.kind == CallKind.EVALUATORS,
                Call.state.in_((CallState.DRAFT, CallState.PUBLISHED)),
            )
        )
        if live is None:
            yield Task(
                "evaluator_call",
                trial.id,
                TaskState.WAITING,
                trial.title_nl,
                trial.title_en,
                None,
                20,
            )
