"""Tables of what an award leads to: the intervention in the catalogue, the trial, its evaluator."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.database import Base, one_of
from trials.lifecycle import TRIAL_TRANSITIONS, TrialState, check_transition
from trials.people.models import Organisation
from trials.permissions import Scope, trial_scope


class Intervention(Base):
    """An intervention in the catalogue."""

    __tablename__ = "intervention"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    title_nl: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_nl: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    group: Mapped[str] = mapped_column(String(1), default="B")  # A to F of the menukaart
    added_at: Mapped[datetime]

    provider: Mapped[Organisation | None] = relationship()


class PupilsLiveAt(StrEnum):
    HERE = "here"
    EVALUATOR = "evaluator"  # the evaluator is the controller; here only counts and hashes


class Trial(Base):
    """One trial. Later stages leave their milestones here, so that nobody need look ahead."""

    __tablename__ = "trial"
    __table_args__ = (
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped_at"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_at"),
        CheckConstraint("(stop_reason IS NULL) = (stopped_at IS NULL)", name="stop_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)  # public identifier
    title_nl: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    state: Mapped[TrialState] = mapped_column(one_of(TrialState))
    intervention_id: Mapped[int] = mapped_column(ForeignKey("intervention.id"))
    evaluator_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    pupils_live_at: Mapped[PupilsLiveAt] = mapped_column(
        one_of(PupilsLiveAt), default=PupilsLiveAt.HERE
    )
    awarded_at: Mapped[datetime]
    first_sealed_at: Mapped[datetime | None]
    first_drawn_at: Mapped[datetime | None]
    first_outcome_at: Mapped[datetime | None]
    outcomes_locked_at: Mapped[datetime | None]
    true_arms_at: Mapped[datetime | None]
    report_final_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(String(40))  # a reason code
    stop_explanation: Mapped[str | None] = mapped_column(String(2000))

    intervention: Mapped[Intervention] = relationship()
    evaluator: Mapped[Organisation | None] = relationship()

    @property
    def scope(self) -> Scope:
        return trial_scope(self.id)

    def advance_to(self, target: TrialState) -> None:
        """Take one step of the life cycle; raises ``IllegalTransition`` for any other."""
        check_transition(TRIAL_TRANSITIONS, self.state, target, what="trial")
        self.state = target


class Appointment(Base):
    """The evaluator of a trial, after declaring independence of provider and intervention."""

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    independence: Mapped[str] = mapped_column(String(2000))  # the declaration itself
    reasons: Mapped[str] = mapped_column(Text)
    appointed_at: Mapped[datetime]
