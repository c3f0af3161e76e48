"""Tables of the documents parties sign: protocol and analysis plan, version by version."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.agreements.states import DOCUMENT_TRANSITIONS, DocumentState
from trials.calls.models import Trial
from trials.database import Base, one_of
from trials.lifecycle import check_transition


class DocumentKind(StrEnum):
    PROTOCOL = "protocol"
    ANALYSIS_PLAN = "analysis_plan"


class Moment(StrEnum):
    """When a version was locked, for the reader of the result."""

    BEFORE_DRAW = "before_draw"
    BEFORE_OUTCOMES = "before_outcomes"
    BEFORE_TRUE_ARMS = "before_true_arms"
    AFTER = "after"


class Party(StrEnum):
    COUNCIL = "council"
    EVALUATOR = "evaluator"
    PROVIDER = "provider"


class Document(Base):
    """One version of a protocol or analysis plan: structured data, signed over its hash."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("trial_id", "kind", "version"),
        CheckConstraint("(state = 'locked') = (locked_at IS NOT NULL)", name="locked_at"),
        CheckConstraint("(locked_at IS NULL) = (moment IS NULL)", name="moment_when_locked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind))
    version: Mapped[int]
    state: Mapped[DocumentState] = mapped_column(one_of(DocumentState))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(1000), default="")  # of an amendment
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    moment: Mapped[Moment | None] = mapped_column(one_of(Moment))

    trial: Mapped[Trial] = relationship()
    signatures: Mapped[list["Signature"]] = relationship(
        back_populates="document", order_by="Signature.id"
    )
    reviews: Mapped[list["ValidityReview"]] = relationship(
        back_populates="document", order_by="ValidityReview.id"
    )

    def advance_to(self, target: DocumentState) -> None:
        """Take one step; raises ``IllegalTransition`` for any other."""
        check_transition(DOCUMENT_TRANSITIONS, self.state, target, what="document")
        self.state = target


class ValidityReview(Base):
    """The expert group's word on the validity of the design, before the protocol locks."""

    __tablename__ = "validity_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    valid: Mapped[bool]
    remarks: Mapped[str] = mapped_column(String(4000))
    reviewed_at: Mapped[datetime]

    document: Mapped[Document] = relationship(back_populates="reviews")


class Signature(Base):
    """Who signed, for which party, over which hash, when."""

    __tablename__ = "document_signature"
    __table_args__ = (UniqueConstraint("document_id", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    party: Mapped[Party] = mapped_column(one_of(Party))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    content_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]

    document: Mapped[Document] = relationship(back_populates="signatures")
