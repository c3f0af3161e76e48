"""What waits for a person in the call for schools and in sign-ups."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind
from trials.agreements.states import DocumentState
from trials.calls.models import Trial
from trials.lifecycle import TrialState
from trials.people.actors import grant_holds
from trials.people.models import Grant
from trials.permissions import Actor, Permission, Role, Scope, ScopeKind
from trials.signups.models import CouncilDecision, SchoolCall, Signup
from trials.signups.queries.begun import begun_signups
from trials.signups.queries.signups import readable_signups
from trials.signups.rows import TAKES_SCHOOLS
from trials.signups.states import SignupState
from trials.tasks import Task, TaskState

BEFORE_COMPLETE = (SignupState.SUBMITTED, SignupState.SIGNED)


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what waits for this person, or runs, in calls for schools and in sign-ups."""
    return [
        *_calls_to_open(session, actor),
        *_begun(session, actor, now),
        *_of_coordinator(session, actor, now),
        *_of_board(session, actor),
        *_of_council(session, actor),
    ]


def _calls_to_open(session: Session, actor: Actor) -> Iterator[Task]:
    """Trials whose protocol is locked and that do not call for schools yet."""
    locked = select(Document.trial_id).where(
        Document.kind == DocumentKind.PROTOCOL, Document.state == DocumentState.LOCKED
    )
    trials = session.scalars(
        select(Trial).where(Trial.state == TrialState.DESIGNING, Trial.id.in_(locked))
    )
    for trial in trials:
        if actor.may(Permission.SCHOOL_CALL_OPEN, trial.scope):
            titles = (trial.title_nl, trial.title_en)
            yield Task("school_call_open", trial.id, TaskState.WAITING, *titles, minutes=15)


def _begun(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    """Somebody proved an address and left before the first questions."""
    for begun in begun_signups(session, actor, now):
        trial, due = begun.call.trial, begun.call.closes_at
        titles = (trial.title_nl, trial.title_en)
        yield Task("signup_begin", begun.link_id, TaskState.WAITING, *titles, due, minutes=8)


def _of_coordinator(session: Session, actor: Actor, now: datetime) -> Iterator[Task]:
    signups = _going_on(session, actor, Permission.SIGNUP_EDIT)
    calls = _calls_of(session, signups)
    answered = _answered(session, signups)
    signatories = _scopes_of(session, Role.BOARD_SIGNATORY, now)
    councils = _scopes_of(session, Role.COUNCIL, now)
    for signup in signups:
        closes = calls[signup.trial_id].closes_at
        if signup.state is SignupState.INTERESTED and now < closes:
            yield _task("signup_continue", signup, TaskState.WAITING, 8, closes)
        if signup.state is SignupState.WAITING:
            yield _task("signup_place", signup, TaskState.RUNNING, 0)
        if signup.state is SignupState.SUBMITTED:
            asked = _reached(signup, signatories)
            kind, state = _asked("signatory_name", "board_sign", asked)
            yield _task(kind, signup, state, 1, closes)
        if signup.state in BEFORE_COMPLETE and signup.id not in answered:
            asked = _reached(signup, councils)
            kind, state = _asked("council_name", "council_decide", asked)
            yield _task(kind, signup, state, 1, closes)
        if signup.state in BEFORE_COMPLETE and signup.parents_informed_on is None:
            yield _task("parents_inform", signup, TaskState.WAITING, 10, closes)


def _asked(naming: str, answering: str, asked: bool) -> tuple[str, TaskState]:
    """Who must be named waits for the coordinator; who was asked already is under way."""
    return (answering, TaskState.RUNNING) if asked else (naming, TaskState.WAITING)


def _of_board(session: Session, actor: Actor) -> Iterator[Task]:
    signups = _going_on(session, actor, Permission.BOARD_SIGN)
    calls = _calls_of(session, signups)
    for signup in signups:
        if signup.state is SignupState.SUBMITTED and signup.coordinator_id != actor.person_id:
            due = calls[signup.trial_id].closes_at
            yield _task("board_sign", signup, TaskState.WAITING, 5, due)


def _of_council(session: Session, actor: Actor) -> Iterator[Task]:
    signups = _going_on(session, actor, Permission.COUNCIL_DECIDE)
    calls = _calls_of(session, signups)
    answered = _answered(session, signups)
    for signup in signups:
        if signup.state in BEFORE_COMPLETE and signup.id not in answered:
            due = calls[signup.trial_id].closes_at
            yield _task("council_decide", signup, TaskState.WAITING, 10, due)


def _going_on(session: Session, actor: Actor, permission: Permission) -> list[Signup]:
    """Return the sign-ups of trials that still take schools; the others wait for nobody."""
    signups = readable_signups(session, actor, permission)
    return [signup for signup in signups if signup.trial.state in TAKES_SCHOOLS]


def _calls_of(session: Session, signups: Sequence[Signup]) -> dict[int, SchoolCall]:
    trials = {signup.trial_id for signup in signups}
    calls = session.scalars(select(SchoolCall).where(SchoolCall.trial_id.in_(trials)))
    return {call.trial_id: call for call in calls}


def _answered(session: Session, signups: Sequence[Signup]) -> set[int]:
    """The sign-ups whose council has answered to their present sending."""
    sent = [signup.id for signup in signups if signup.state in BEFORE_COMPLETE]
    rows = session.scalars(
        select(CouncilDecision.signup_id)
        .join(Signup, Signup.id == CouncilDecision.signup_id)
        .where(Signup.id.in_(sent), CouncilDecision.recorded_at >= Signup.submitted_at)
    )
    return set(rows)


def _scopes_of(session: Session, role: Role, now: datetime) -> set[Scope]:
    rows = session.execute(
        select(Grant.scope_kind, Grant.scope_id).where(Grant.role == role, grant_holds(now))
    )
    return {Scope(kind, number) for kind, number in rows}


def _reached(signup: Signup, scopes: set[Scope]) -> bool:
    own = {scope for scope in signup.scopes if scope.kind is not ScopeKind.TRIAL}
    return not own.isdisjoint(scopes)


def _task(
    kind: str, signup: Signup, state: TaskState, minutes: int, due: datetime | None = None
) -> Task:
    title_nl = f"{signup.trial.title_nl} · {signup.school_name}"
    title_en = f"{signup.trial.title_en} · {signup.school_name}"
    return Task(kind, signup.id, state, title_nl, title_en, due, minutes)
