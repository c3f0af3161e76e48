"""The states of a protocol or analysis plan, as a table."""

from collections.abc import Mapping
from enum import StrEnum


class DocumentState(StrEnum):
    """A draft changes freely; from ``signing`` on, a change is a new version."""

    DRAFT = "draft"
    SIGNING = "signing"
    LOCKED = "locked"
    SUPERSEDED = "superseded"  # never locked: a newer draft took its place


DOCUMENT_TRANSITIONS: Mapping[DocumentState, frozenset[DocumentState]] = {
    DocumentState.DRAFT: frozenset({DocumentState.SIGNING}),
    DocumentState.SIGNING: frozenset({DocumentState.LOCKED, DocumentState.SUPERSEDED}),
    DocumentState.LOCKED: frozenset(),
    DocumentState.SUPERSEDED: frozenset(),
}
