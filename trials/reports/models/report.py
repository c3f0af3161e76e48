"""Tables of the report and of its readers' reviews."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base, one_of
from trials.lifecycle import check_transition
from trials.reports.states import REPORT_TRANSITIONS, ReportState


class Report(Base):
    """One version of the report; final after the expert group and two outside reviewers.

    New data under its conclusion recall it, also a final one: another version is written and read.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("trial_id", "version"),
        CheckConstraint(
            "state = 'recalled' OR (state = 'final') = (final_at IS NOT NULL)", name="final_at"
        ),
        CheckConstraint("(state = 'recalled') = (recalled_at IS NOT NULL)", name="recalled_at"),
        CheckConstraint("(state = 'recalled') = (recalled_because <> '')", name="recalled_why"),
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
    recalled_at: Mapped[datetime | None]  # a final version keeps when it was final
    recalled_because: Mapped[str] = mapped_column(Text, default="")  # the reason of the new data

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
