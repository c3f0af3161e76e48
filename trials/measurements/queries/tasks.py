"""What waits for a person in pupils, pre-tests and outcomes."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.measurements.queries.rounds import Round, plan_is_locked, rounds
from trials.measurements.queries.sent import SentFiles, pupils_are_here, sent_files
from trials.measurements.rows import AFTER_DRAW, BEFORE_OUTCOMES, SIGNED, wave_locked
from trials.permissions import Actor, Permission
from trials.signups.models import SchoolCall, Signup
from trials.signups.queries import call_of_trial, readable_signups
from trials.tasks import Task, TaskState

OUTCOME_MINUTES = 20


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what waits for this person in pupils, pre-tests and outcomes."""
    return [*_of_schools(session, actor), *_of_trials(session, actor)]


def _of_schools(session: Session, actor: Actor) -> Iterator[Task]:
    by_trial: dict[int, list[Signup]] = {}
    for signup in readable_signups(session, actor, Permission.PUPILS_UPLOAD):
        by_trial.setdefault(signup.trial_id, []).append(signup)
    for trial_id, signups in by_trial.items():
        trial = signups[0].trial
        call = call_of_trial(session, trial_id)
        if call is None or trial.state not in BEFORE_OUTCOMES | AFTER_DRAW:
            continue
        protocol, sent = locked_protocol(session, trial_id), sent_files(session, trial)
        plan = plan_is_locked(session, trial_id)
        open_waves = [
            wave for wave in protocol.outcome_waves() if not wave_locked(session, trial_id, wave)
        ]
        for signup in signups:
            yield from _of_school(signup, call, protocol, sent, open_waves if plan else [])


def _of_school(
    signup: Signup, call: SchoolCall, protocol: Protocol, sent: SentFiles, waves: list[int]
) -> Iterator[Task]:
    if signup.state not in SIGNED and signup.drawn_at is None:
        return
    due = call.closes_at
    if signup.trial.state in BEFORE_OUTCOMES:
        if signup.id not in sent.pupils:
            yield _task("pupils_upload", signup, 10, due)
        elif protocol.baseline and signup.id not in sent.baseline and pupils_are_here(signup.trial):
            yield _task("baseline_upload", signup, 10, due)
    if signup.drawn_at is not None and signup.trial.state in AFTER_DRAW:
        for wave in waves:
            if signup.id not in sent.outcomes.get(wave, set()):
                yield _task("outcomes_upload", signup, OUTCOME_MINUTES, None)


def _of_trials(session: Session, actor: Actor) -> Iterator[Task]:
    """The rounds that a tester fills and the trial manager locks."""
    trials = session.scalars(select(Trial).where(Trial.state.in_(AFTER_DRAW)).order_by(Trial.id))
    for trial in trials:
        if not actor.may(Permission.OUTCOMES_UPLOAD, trial.scope):
            continue
        if not plan_is_locked(session, trial.id):
            continue
        for found in rounds(session, trial.id, actor):
            yield from _of_round(trial, found, actor)


def _of_round(trial: Trial, found: Round, actor: Actor) -> Iterator[Task]:
    titles = (trial.title_nl, trial.title_en)
    may_lock = actor.may(Permission.OUTCOMES_LOCK, trial.scope)
    if found.locked:
        yield Task("outcome_round", trial.id, TaskState.DONE, *titles, minutes=0)
    elif may_lock and found.schools_in == found.schools > 0:
        yield Task("outcomes_lock", trial.id, TaskState.WAITING, *titles, minutes=10)
    else:
        state = TaskState.RUNNING if may_lock else TaskState.WAITING
        yield Task("outcome_round", trial.id, state, *titles, minutes=OUTCOME_MINUTES)


def _task(kind: str, signup: Signup, minutes: int, due: datetime | None) -> Task:
    title_nl = f"{signup.trial.title_nl} · {signup.school_name}"
    title_en = f"{signup.trial.title_en} · {signup.school_name}"
    return Task(kind, signup.id, TaskState.WAITING, title_nl, title_en, due, minutes)
