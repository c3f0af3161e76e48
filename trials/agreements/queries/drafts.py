"""What whoever drafts a document sees of it: the content so far, and what it still wants."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.drafting import read_document
from trials.agreements.models import Document, DocumentKind
from trials.agreements.queries.documents import locked_document
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
    amends: bool  # an earlier version is locked, so a new one needs a reason
    problems: tuple[BadInput, ...]  # what is still to fill in or to mend

    @property
    def draft(self) -> Document | None:
        """The draft that is open to change, where there is one."""
        if self.newest is not None and self.newest.state is DocumentState.DRAFT:
            return self.newest
        return None

    @property
    def content(self) -> dict[str, Any]:
        """What a draft holds, or begins with: the version before it."""
        return self.newest.content if self.newest is not None else {}


def drafting(session: Session, trial_id: int, kind: DocumentKind, actor: Actor) -> Drafting:
    """Return the document to whoever may draft it. Raises ``NotFound`` for others."""
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(Permission.DOCUMENT_DRAFT, trial.scope):
        raise NotFound("there is no such trial")
    newest = session.scalar(
        select(Document)
        .where(Document.trial_id == trial_id, Document.kind == kind)
        .order_by(Document.version.desc())
        .limit(1)
    )
    amends = locked_document(session, trial_id, kind) is not None
    content = newest.content if newest is not None else {}
    problems = _problems(session, trial_id, kind, content)
    return Drafting(trial, kind, newest, amends, problems)


def _problems(
    session: Session, trial_id: int, kind: DocumentKind, content: dict[str, Any]
) -> tuple[BadInput, ...]:
    try:
        read_document(session, trial_id, kind, content)
    except BadInput as refusal:
        return refusal.problems
    return ()
