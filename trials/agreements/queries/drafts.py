"""What whoever drafts a document sees of it: the content so far, and what it still wants."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.beginnings import beginning
from trials.agreements.drafting import read_document
from trials.agreements.models import Document, DocumentKind
from trials.agreements.queries.documents import locked_document, locked_protocol
from trials.agreements.states import DocumentState
from trials.calls.models import Trial
from trials.errors import BadInput, NotFound
from trials.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Drafting:
    """A document under way."""

    trial: Trial
    kind: DocumentKind
    newest: Document | None
    content: dict[str, Any]  # of the draft, or what it begins with
    amends: bool  # an earlier version is locked, so a new one needs a reason
    problems: tuple[BadInput, ...]  # what is still to fill in or to mend

    @property
    def draft(self) -> Document | None:
        """The draft that is open to change, where there is one."""
        if self.newest is not None and self.newest.state is DocumentState.DRAFT:
            return self.newest
        return None


def drafting(session: Session, trial_id: int, kind: DocumentKind, actor: Actor) -> Drafting:
    """Return the document to whoever may draft it.

    Raises ``NotFound`` for others, ``NotReady`` for a plan before its protocol is locked.
    """
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(Permission.DOCUMENT_DRAFT, trial.scope):
        raise NotFound("there is no such trial")
    newest = session.scalar(
        select(Document)
        .where(Document.trial_id == trial_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
    )
    plan = kind is DocumentKind.ANALYSIS_PLAN
    protocol = locked_protocol(session, trial_id) if plan else None
    content = beginning(kind, protocol) if newest is None else newest.content
    return Drafting(
        trial=trial,
        kind=kind,
        newest=newest,
        content=content,
        amends=locked_document(session, trial_id, kind) is not None,
        problems=_problems(session, trial_id, kind, content),
    )


def _problems(
    session: Session, trial_id: int, kind: DocumentKind, content: dict[str, Any]
) -> tuple[BadInput, ...]:
    try:
        read_document(session, trial_id, kind, content)
    except BadInput as refusal:
        return refusal.problems
    return ()
