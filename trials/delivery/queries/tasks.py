"""What delivery asks of a person now: of schools in both arms, and of the provider."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.days import day_of
from trials.delivery.models import EventKind, FidelityCheck
from trials.delivery.standing import standing_events
from trials.draws.access import kept_blind
from trials.draws.models import Draw, DrawUnit
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission, ScopeKind
from trials.signups.models import Signup
from trials.tasks import Task, TaskState

EVERY = timedelta(days=28)  # a school logs at least this often


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return the overviews of the actor's trials and the log entries the own schools owe."""
    return [*_overviews(session, actor), *_logs(session, actor, day_of(now))]


def _overviews(session: Session, actor: Actor) -> Iterator[Task]:
    ids = actor.scope_ids(Permission.FIDELITY_READ, ScopeKind.TRIAL)
    trials = select(Trial).where(Trial.state == TrialState.DELIVERING).order_by(Trial.id)
    for trial in session.scalars(trials if ids is None else trials.where(Trial.id.in_(ids))):
        if not kept_blind(actor, trial):
            yield Task(
                "delivery", trial.id, TaskState.RUNNING, trial.title_nl, trial.title_en, minutes=10
            )


def _logs(session: Session, actor: Actor, day: date) -> Iterator[Task]:
    """One task for a school that has not logged of late, whatever its arm."""
    reached = actor.scope_ids(Permission.FIDELITY_LOG, ScopeKind.SIGNUP)
    if not reached:
        return
    arms = _told_arms(session, reached)
    logged = _last_checks(session, arms)
    practice = {
        event.signup_id
        for event in standing_events(session, arms)
        if event.kind in (EventKind.USUAL_PRACTICE, EventKind.WITHDRAWAL_OF_DELIVERY)
    }
    protocols: dict[int, Protocol] = {}
    for signup in _open_signups(session, arms):
        if kept_blind(actor, signup.trial):
            continue
        if signup.trial_id not in protocols:
            protocols[signup.trial_id] = locked_protocol(session, signup.trial_id)
        protocol = protocols[signup.trial_id]
        if not protocol.delivery_from <= day <= protocol.delivery_until:
            continue
        since = logged.get(signup.id, protocol.delivery_from)
        delivers = arms[signup.id] != {protocol.control}
        if signup.id not in practice and (not delivers or day - since >= EVERY):
            trial = signup.trial
            yield Task("delivery_log", signup.id, TaskState.WAITING, trial.title_nl, trial.title_en)


def _told_arms(session: Session, signups: Iterable[int]) -> dict[int, set[str]]:
    arms: dict[int, set[str]] = {}
    rows = session.execute(
        select(DrawUnit.signup_id, DrawUnit.arm)
        .join(Draw)
        .where(
            DrawUnit.signup_id.in_(list(signups)),
            DrawUnit.arm.is_not(None),
            Draw.told_at.is_not(None),
        )
    )
    for signup_id, arm in rows:
        arms.setdefault(signup_id, set()).add(str(arm))
    return arms


def _last_checks(session: Session, signups: Iterable[int]) -> dict[int, date]:
    rows = session.execute(
        select(FidelityCheck.signup_id, func.max(FidelityCheck.checked_on))
        .where(FidelityCheck.signup_id.in_(list(signups)))
        .group_by(FidelityCheck.signup_id)
    )
    return dict(rows.all())


def _open_signups(session: Session, signups: Iterable[int]) -> Iterable[Signup]:
    return session.scalars(
        select(Signup)
        .join(Trial)
        .where(Signup.id.in_(list(signups)), Trial.state == TrialState.DELIVERING)
        .order_by(Signup.id)
    )
