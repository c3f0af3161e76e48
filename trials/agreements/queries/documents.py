"""Reading protocols and analysis plans."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind
from trials.agreements.plan import Plan, read_plan
from trials.agreements.protocol import Protocol
from trials.agreements.protocol_reading import read_protocol
from trials.agreements.states import DocumentState
from trials.errors import BadInput, NotFound, NotReady
from trials.permissions import Actor, Permission, trial_scope


def locked_document(session: Session, trial_id: int, kind: DocumentKind) -> Document | None:
    """Return the newest locked version. Locked versions are public, so no permission is asked."""
    return session.scalar(
        select(Document)
        .where(
            Document.trial_id == trial_id,
            Document.kind == kind,
            Document.state == DocumentState.LOCKED,
        )
        .order_by(Document.version.desc())
        .limit(1)
    )


def locked_protocol(session: Session, trial_id: int) -> Protocol:
    """Return the protocol in force. Raises ``NotReady`` while no version is locked."""
    document = locked_document(session, trial_id, DocumentKind.PROTOCOL)
    if document is None:
        raise NotReady("the protocol is not locked yet")
    return read_protocol(document.content)


def locked_plan(session: Session, trial_id: int) -> Plan:
    """Return the analysis plan in force. Raises ``NotReady`` while no version is locked."""
    document = locked_document(session, trial_id, DocumentKind.ANALYSIS_PLAN)
    if document is None:
        raise NotReady("the analysis plan is not locked yet")
    return read_plan(document.content, None)


def document_page(session: Session, document_id: int, actor: Actor | None) -> Document:
    """Return a version: a locked one to anyone, another to the parties of the trial.

    Raises ``NotFound``.
    """
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("there is no such document")
    if document.state is not DocumentState.LOCKED and not _is_party(actor, document.trial_id):
        raise NotFound("there is no such document")
    return document


def read_version(document: Document) -> Protocol | Plan | None:
    """Return what a version says; None for a draft that is not complete yet."""
    try:
        if document.kind is DocumentKind.PROTOCOL:
            return read_protocol(document.content)
        return read_plan(document.content, None)
    except BadInput:
        return None


def versions(
    session: Session, trial_id: int, kind: DocumentKind, actor: Actor | None
) -> Sequence[Document]:
    """Return the versions a reader may see, the newest first: locked ones, or all to parties."""
    query = select(Document).where(Document.trial_id == trial_id, Document.kind == kind)
    if not _is_party(actor, trial_id):
        query = query.where(Document.state == DocumentState.LOCKED)
    return session.scalars(query.order_by(Document.version.desc())).all()


def _is_party(actor: Actor | None, trial_id: int) -> bool:
    return actor is not None and actor.may(Permission.TRIAL_READ, trial_scope(trial_id))
