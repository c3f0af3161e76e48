"""Tables of estimates and of the report with its reviews."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base, one_of
from trials.lifecycle import check_transition
from trials.reports.states import REPORT_TRANSITIONS, ReportState


class EstimateLabel(StrEnum):
    PLANNED = "planned"
    APPROVED_CHANGE = "approved_change"  # changed with approval before unmasking
    EXPLORATORY = "exploratory"


class StoredEstimate(Base):
    """An estimate on a release, as ``loting estimate --json`` prints it."""

    __tablename__ = "estimate"
    __table_args__ = (UniqueConstraint("trial_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    number: Mapped[int]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    data_sha256: Mapped[str] = mapped_column(String(64))  # with the evaluator: its own file
    label: Mapped[EstimateLabel] = mapped_column(one_of(EstimateLabel))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    specification: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class LodgedResult(Base):
    """The evaluator's own estimate, from its own software, beside ours."""

    __tablename__ = "lodged_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    estimate: Mapped[float]
    std_error: Mapped[float]
    df: Mapped[float | None]
    n_pupils: Mapped[int]
    software: Mapped[str] = mapped_column(String(200))
    script_sha256: Mapped[str] = mapped_column(String(64))
    lodged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lodged_at: Mapped[datetime]


class Report(Base):
    """One version of the report; final after the expert group and two outside reviewers."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("trial_id", "version"),
        CheckConstraint("(state = 'final') = (final_at IS NOT NULL)", name="final_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    version: Mapped[int]
    state: Mapped[ReportState] = mapped_column(one_of(ReportState))
    conclusion_nl: Mapped[str] = mapped_column(Text)
    conclusion_en: Mapped[str] = mapped_column(Text)
    conditions_nl: Mapped[str] = mapped_column(Text)
    conditions_en: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    final_at: Mapped[datetime | None]

    trial: Mapped[Trial] = relationship()
    reviews: Mapped[list["Review"]] = relationship(back_populates="report")

    def advance_to(self, target: ReportState) -> None:
        """Take one step; raises ``IllegalTransition`` for any other."""
        check_transition(REPORT_TRANSITIONS, self.state, target, what="report")
        self.state = target


class Review(Base):
    """A reading by the expert group or an outside reviewer."""

    __tablename__ = "report_review"
    __table_args__ = (UniqueConstraint("report_id", "reviewer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outside: Mapped[bool]
    sound: Mapped[bool]
    remarks: Mapped[str] = mapped_column(Text)
    reviewed_at: Mapped[datetime]

    report: Mapped[Report] = relationship(back_populates="reviews")
