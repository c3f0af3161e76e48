"""What a draft must hold before it can be signed, and what a later version may not change."""

from typing import Any

from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind
from trials.agreements.plan import Plan, read_plan
from trials.agreements.protocol import Protocol, as_content
from trials.agreements.protocol_reading import read_protocol
from trials.agreements.queries.documents import locked_document, locked_protocol
from trials.calls.models import Trial
from trials.errors import BadInput, NotReady
from trials.lifecycle import TrialState

ENDED = frozenset({TrialState.PUBLISHED, TrialState.STOPPED})


def read_document(session: Session, trial_id: int, kind: DocumentKind, content: Any) -> Any:
    """Return the ``Protocol`` or ``Plan`` that content describes; raises ``BadInput``."""
    if kind is DocumentKind.PROTOCOL:
        return read_protocol(content)
    return read_plan(content, locked_protocol(session, trial_id))


def cleaned(session: Session, document: Document) -> dict[str, Any]:
    """Return the content as it is to be signed: complete, and in one fixed form.

    Raises ``BadInput`` with every problem, those with an earlier version included.
    """
    read: Protocol | Plan = read_document(
        session, document.trial_id, document.kind, document.content
    )
    before = locked_document(session, document.trial_id, document.kind)
    if isinstance(read, Protocol) and before is not None:
        _keep_what_was_sealed(document.trial, read_protocol(before.content), read)
    return as_content(read)


def check_moment(session: Session, trial: Trial, kind: DocumentKind) -> None:
    """Refuse a version at a moment of the trial at which none may come about.

    Raises ``NotReady``.
    """
    if trial.state in ENDED:
        raise NotReady("this trial has ended; its documents stay as they are")
    if trial.state is TrialState.AWARDED:
        raise NotReady("the evaluator is appointed first")
    first = locked_document(session, trial.id, kind) is None
    if kind is DocumentKind.PROTOCOL and trial.state is TrialState.SEALED:
        raise NotReady("a draw is sealed on the protocol as it stands; wait until it is drawn")
    if kind is DocumentKind.ANALYSIS_PLAN and first:
        if trial.first_outcome_at is not None:
            raise NotReady("outcomes are in already; an analysis plan comes before the first one")
        if locked_document(session, trial.id, DocumentKind.PROTOCOL) is None:
            raise NotReady("the protocol is locked first; the plan says how to analyse it")


def _keep_what_was_sealed(trial: Trial, before: Protocol, after: Protocol) -> None:
    """Nobody edits an allocation, so nobody edits what it was an allocation to."""
    if trial.first_sealed_at is None:
        return
    problems = [
        BadInput("this was fixed by the draw and cannot change", field=field)
        for field in ("unit", "arms")
        if getattr(before, field) != getattr(after, field)
    ]
    if problems:
        raise BadInput(
            "{count} fields need mending; nothing was stored", tuple(problems), count=len(problems)
        )
