"""The outbox: mail is a row written with the act it tells of, and becomes text when it is sent."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import CheckConstraint, ForeignKey, String, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from trials.database import Base
from trials.errors import BadInput
from trials.jobs import enqueue

JOB = "mail"
_WAITING = "mail that waits for the commit"


class OutboxRow(Base):
    """One mail to one person. Holds ids only; the words are made when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name="one_end"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[int | None]
    message_id: Mapped[str] = mapped_column(String(100), unique=True)  # the same at every try
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    failed_at: Mapped[datetime | None]  # for good: refused, or nobody to write to any more


class HasId(Protocol):
    """A person, as far as an address on an envelope is concerned."""

    @property
    def id(self) -> int: ...


def post(
    session: Session, kind: str, person: HasId, now: datetime, *, subject_id: int | None
) -> OutboxRow:
    """Put a mail of a registered kind in the outbox, in the caller's transaction.

    It is sent after the commit; ``subject_id`` is what the renderer of ``kind`` looks up.
    """
    if kind not in _RENDERERS:
        raise ValueError(f"no folder renders mail of the kind {kind}")
    row = OutboxRow(
        kind=kind,
        person_id=person.id,
        subject_id=subject_id,
        message_id=f"<{uuid.uuid4().hex}@loting>",
        created_at=now,
    )
    session.add(row)
    session.flush()
    session.info.setdefault(_WAITING, []).append(row.id)
    return row


@event.listens_for(Session, "after_commit")
def _hand_over(session: Session) -> None:
    for number in session.info.pop(_WAITING, ()):
        enqueue(JOB, number)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)


@dataclass(frozen=True, slots=True)
class Links:
    """How a mail addresses the site: the public address and the key its tokens follow from."""

    base_url: str
    secret_key: str

    def to(self, path: str) -> str:
        """Return the full address of a path that begins with ``/``."""
        return self.base_url.rstrip("/") + path


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one mail, plain text."""

    subject: str
    body: str


Renderer = Callable[[Session, OutboxRow, Links], Letter]
_RENDERERS: dict[str, Renderer] = {}


def renders(kind: str) -> Callable[[Renderer], Renderer]:
    """Register the function that writes the words of every mail of ``kind``."""

    def register(renderer: Renderer) -> Renderer:
        if _RENDERERS.setdefault(kind, renderer) is not renderer:
            raise ValueError(f"mail of the kind {kind} has a renderer already")
        return renderer

    return register


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a mail is for, at the moment it is sent."""

    name: str
    email: str
    language: str


AddressBook = Callable[[Session, int], Addressee | None]
_ADDRESS_BOOK: list[AddressBook] = []


def knows_addresses(book: AddressBook) -> AddressBook:
    """Register the one function that finds a person's address; None: nobody to write to."""
    _ADDRESS_BOOK[:] = [book]
    return book


def addressee_of(session: Session, row: OutboxRow) -> Addressee | None:
    return _ADDRESS_BOOK[0](session, row.person_id)


def letter_for(session: Session, row: OutboxRow, links: Links) -> Letter:
    """Return the words of one mail. Raises ``BadInput`` for a subject that would break a header."""
    letter = _RENDERERS[row.kind](session, row, links)
    return Letter(one_line(letter.subject), letter.body)


def one_line(text: str) -> str:
    """Return text that may stand in a header; a control character in it is refused."""
    if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", text):
        raise BadInput("a name or subject must be one line without control characters")
    return text
