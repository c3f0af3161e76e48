"""Reading protocols and analysis plans."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind
from trials.agreements.protocol import Protocol
from trials.agreements.protocol_reading import read_protocol
from trials.agreements.states import DocumentState
from trials.errors import NotReady


def locked_document(session: Session, trial_id: int, kind: DocumentKind) -> Document | None:
    """Return the newest locked version, for the domain's own use: it asks for no permission."""
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
    """Return the protocol in force, for the domain's own use: it asks for no permission.

    Raises ``NotReady`` while no version is locked.
    """
    document = locked_document(session, trial_id, DocumentKind.PROTOCOL)
    if document is None:
        raise NotReady("the protocol is not locked yet")
    return read_protocol(document.content)
