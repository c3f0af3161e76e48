"""The audit chain: who did what to what and when, each row bound to the one before by hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from trials.database import Base

GENESIS = "0" * 64


class AuditRow(Base):
    """One act. Holds ids, hashes and counts; never an arm, a seed or personal text."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … no gaps
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # no foreign key: the chain outlives what it names
    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))  # "draw:12"
    details: Mapped[dict[str, str | int]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def computed_hash(self) -> str:
        """Return the SHA-256 this row must carry."""
        content = {
            "id": self.id,
            "at": self.at.astimezone(UTC).isoformat(),
            "actor": self.actor_id,
            "event": self.event,
            "subject": self.subject,
            "details": self.details,
            "previous": self.previous,
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class AuditHead(Base):
    """The newest row's number and hash; locked by whoever appends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    last: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


def record(
    session: Session,
    event: str,
    subject: str,
    *,
    by: int | None,
    at: datetime,
    details: Mapping[str, str | int] | None = None,
) -> AuditRow:
    """Append one row in the caller's transaction.

    ``subject`` is ``"kind:id"``; ``by`` a person's id, None for the system itself.
    """
    head = _locked_head(session)
    row = AuditRow(
        id=head.last + 1,
        at=at,
        actor_id=by,
        event=event,
        subject=subject,
        details=dict(details or {}),
        previous=head.hash,
    )
    row.hash = row.computed_hash()
    head.last, head.hash = row.id, row.hash
    session.add(row)
    return row


def _locked_head(session: Session) -> AuditHead:
    """Return the head, locked until the caller's transaction ends; the first append makes it."""
    ask = select(AuditHead).where(AuditHead.id == 1).with_for_update()
    head = session.scalar(ask.execution_options(populate_existing=True))
    if head is not None:
        return head
    try:
        with session.begin_nested():
            session.add(AuditHead(id=1, last=0, hash=GENESIS))
    except IntegrityError:  # somebody else's first append came between
        pass
    return session.scalars(ask.execution_options(populate_existing=True)).one()


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What walking the chain found: how many rows hold, and the first that does not."""

    rows: int
    broken_at: int | None = None


def verify_chain(session: Session) -> ChainCheck:
    """Walk the chain from the first row and compare its end with the head."""
    previous, count = GENESIS, 0
    as_stored = {"yield_per": 1000, "populate_existing": True}
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(**as_stored))
    for row in rows:
        if row.id != count + 1 or row.previous != previous or row.hash != row.computed_hash():
            return ChainCheck(count, broken_at=count + 1)
        previous, count = row.hash, row.id
    head = session.get(AuditHead, 1, populate_existing=True)
    if (head.last, head.hash) != (count, previous) if head else count:
        return ChainCheck(count, broken_at=count + 1)
    return ChainCheck(count)
