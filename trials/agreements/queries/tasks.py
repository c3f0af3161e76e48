"""What waits for a person in protocols and analysis plans."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind, Party
from trials.agreements.moments import plan_due
from trials.agreements.parties import parties_of
from trials.agreements.queries.documents import locked_document
from trials.agreements.states import DocumentState
from trials.calls.models import Trial
from trials.calls.queries.trials import own_trials
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.tasks import Task, TaskState

ENDED = (TrialState.AWARDED, TrialState.PUBLISHED, TrialState.STOPPED)


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what waits for this person, or runs, in the documents of living trials."""
    tasks: list[Task] = []
    for trial in own_trials(session, actor):
        if trial.state in ENDED:
            continue
        for kind in DocumentKind:
            tasks += _of_kind(session, trial, kind, actor)
    return tasks


def _of_kind(session: Session, trial: Trial, kind: DocumentKind, actor: Actor) -> Iterator[Task]:
    newest = session.scalar(
        select(Document)
        .where(Document.trial_id == trial.id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
    )
    if newest is not None and newest.state is DocumentState.SIGNING:
        yield from _signing(newest, actor)
        return
    if newest is not None and newest.state is not DocumentState.DRAFT:
        return
    if actor.may(Permission.DOCUMENT_DRAFT, trial.scope) and _wanted(session, trial, kind):
        due = plan_due(trial) if kind is DocumentKind.ANALYSIS_PLAN else None
        yield _task(f"{kind}_draft", trial.id, trial, TaskState.WAITING, 120, due)


def _wanted(session: Session, trial: Trial, kind: DocumentKind) -> bool:
    if kind is DocumentKind.PROTOCOL:
        return True
    protocol = locked_document(session, trial.id, DocumentKind.PROTOCOL)
    return protocol is not None and trial.first_outcome_at is None


def _signing(document: Document, actor: Actor) -> Iterator[Task]:
    trial, kind = document.trial, document.kind
    protocol = kind is DocumentKind.PROTOCOL
    reviewed = [review.reviewer_id for review in document.reviews]
    favourable = bool(reviewed) and all(review.valid for review in document.reviews)
    if protocol and actor.may(Permission.DOCUMENT_REVIEW, trial.scope) and not document.signatures:
        state = TaskState.DONE if actor.person_id in reviewed else TaskState.WAITING
        yield _task("protocol_review", document.id, trial, state, 60)
    if protocol and reviewed and not favourable:
        if actor.may(Permission.DOCUMENT_DRAFT, trial.scope):
            yield _task("protocol_draft", trial.id, trial, TaskState.WAITING, 60)
        return
    signed: set[Party] = {signature.party for signature in document.signatures}
    for party in parties_of(actor, trial):
        if party in signed or (protocol and not favourable):
            yield _task(f"{kind}_sign", document.id, trial, TaskState.RUNNING, 0)
        else:
            yield _task(f"{kind}_sign", document.id, trial, TaskState.WAITING, 20)


def _task(
    kind: str,
    subject_id: int,
    trial: Trial,
    state: TaskState,
    minutes: int,
    due: datetime | None = None,
) -> Task:
    return Task(kind, subject_id, state, trial.title_nl, trial.title_en, due, minutes)
