"""What a draw asks of a person now."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.draws.access import sees_arms
from trials.draws.beacons import round_of
from trials.draws.models import Draw, DrawKind, DrawParty, DrawUnit
from trials.draws.parties import acts_for
from trials.draws.roster import undrawn_signups
from trials.draws.sealing import SEAL
from trials.draws.states import DrawState
from trials.draws.voiding import is_overdue, missing_secrets
from trials.draws.witnessing import may_enter_beacon
from trials.lifecycle import TrialState
from trials.people.models import Proposal, ProposalState
from trials.permissions import Actor, Permission, ScopeKind
from trials.signups.models import SchoolCall, Signup
from trials.tasks import Task, TaskState


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return the steps of draws that wait for the actor, and the results of the own schools."""
    return [
        *_to_freeze(session, actor, now),
        *_in_ceremonies(session, actor, now),
        *_to_close(session, actor),
        *_own_results(session, actor),
    ]


def _to_freeze(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    """Trials whose call for schools is closed and that have schools to draw."""
    underway = select(Draw.trial_id).where(Draw.state.not_in((DrawState.DRAWN, DrawState.VOID)))
    trials = session.scalars(
        select(Trial)
        .join(SchoolCall, SchoolCall.trial_id == Trial.id)
        .where(
            Trial.state.in_((TrialState.RECRUITING, TrialState.DELIVERING)),
            Trial.id.not_in(underway),
            SchoolCall.closes_at <= now,
            _reached(actor, Permission.DRAW_FREEZE),
        )
    )
    for trial in trials:
        if undrawn_signups(session, trial.id):
            yield _task("draw_freeze", trial.id, trial, TaskState.WAITING, minutes=10)


def _in_ceremonies(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    draws = session.scalars(
        select(Draw)
        .join(Trial)
        .where(
            Draw.kind == DrawKind.ROSTER,
            Draw.state != DrawState.VOID,
            Draw.told_at.is_(None),
            Trial.state != TrialState.STOPPED,
            _reached(actor, Permission.TRIAL_READ),
        )
        .order_by(Draw.id)
    )
    for draw in draws:
        yield from _steps(session, draw, actor, now)


def _to_close(session: Session, actor: Actor) -> Iterator[Task]:
    """Arrivals that are open still, in trials that take nobody in any more."""
    draws = session.scalars(
        select(Draw)
        .join(Trial)
        .where(
            Draw.kind == DrawKind.ARRIVALS,
            Draw.state == DrawState.SEALED,
            Trial.state != TrialState.DELIVERING,
            _reached(actor, Permission.DRAW_CARRY_OUT),
        )
        .order_by(Draw.id)
    )
    for draw in draws:
        if sees_arms(actor, draw.trial):
            yield _task("arrivals_close", draw.id, draw.trial, TaskState.WAITING)


def _steps(session: Session, draw: Draw, actor: Actor, now: datetime) -> Iterator[Task]:
    scope, trial = draw.trial.scope, draw.trial
    own = [p for p in draw.parties if not p.is_beacon and acts_for(actor, p.name, scope)]
    if draw.state is DrawState.FROZEN and any(party.commitment is None for party in own):
        yield _task("nonce_commit", draw.id, trial, TaskState.WAITING)
    proposes = actor.may(Permission.DRAW_SEAL_PROPOSE, scope)
    if draw.state is DrawState.COMMITTED and proposes and not _proposed(session, draw):
        kind = "wave_seal" if "rule" in draw.frozen_record else "seal_propose"
        yield _task(kind, draw.id, trial, TaskState.WAITING)
    if draw.state is DrawState.SEALED:
        yield from _to_reveal(draw, own, actor, now)
    if draw.state is DrawState.DRAWN and actor.may(Permission.DRAW_CARRY_OUT, scope):
        yield _task("tell_schools", draw.id, trial, TaskState.WAITING)


def _to_reveal(draw: Draw, own: list[DrawParty], actor: Actor, now: datetime) -> Iterator[Task]:
    witness = actor.may(Permission.DRAW_WITNESS, draw.trial.scope)
    if is_overdue(draw, now):
        if witness:
            yield _task("draw_overdue", draw.id, draw.trial, TaskState.WAITING)
        return
    if any(party.nonce is None for party in own):
        due = draw.reveal_before
        yield _task("nonce_reveal", draw.id, draw.trial, TaskState.WAITING, due=due)
    open_rounds = [party for party in draw.parties if party.is_beacon and party.nonce is None]
    if not open_rounds or not may_enter_beacon(actor, draw):
        return
    beacon, round_ = round_of(open_rounds[0].name)
    published = now >= beacon.moment(round_) and not missing_secrets(draw)
    state = TaskState.WAITING if published else TaskState.RUNNING
    yield _task("beacon_enter", draw.id, draw.trial, state)


def _proposed(session: Session, draw: Draw) -> bool:
    found = select(Proposal.id).where(
        Proposal.act == SEAL,
        Proposal.subject_id == draw.id,
        Proposal.state == ProposalState.OPEN,
    )
    return session.scalar(found) is not None


def _own_results(session: Session, actor: Actor) -> Iterator[Task]:
    """The outcome for each school the actor may see it for, once all were told."""
    signups = actor.scope_ids(Permission.OWN_ARM_SEE, ScopeKind.SIGNUP)
    boards = actor.scope_ids(Permission.OWN_ARM_SEE, ScopeKind.BOARD)
    if not signups and not boards:
        return
    told = (
        select(DrawUnit.signup_id)
        .join(Draw)
        .where(DrawUnit.arm.is_not(None), Draw.told_at.is_not(None))
    )
    found = session.scalars(
        select(Signup)
        .where(
            Signup.id.in_(told),
            Signup.id.in_(signups or ()) | Signup.board_id.in_(boards or ()),
        )
        .order_by(Signup.id)
    )
    for signup in found:
        title_nl = f"{signup.trial.title_nl} · {signup.school_name}"
        title_en = f"{signup.trial.title_en} · {signup.school_name}"
        yield Task("draw_result", signup.id, TaskState.DONE, title_nl, title_en, None, 5)


def _reached(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The condition under which the actor's permission reaches a trial."""
    ids = actor.scope_ids(permission, ScopeKind.TRIAL)
    return true() if ids is None else Trial.id.in_(ids)


def _task(
    kind: str,
    subject_id: int,
    trial: Trial,
    state: TaskState,
    *,
    due: datetime | None = None,
    minutes: int = 5,
) -> Task:
    return Task(kind, subject_id, state, trial.title_nl, trial.title_en, due, minutes)
