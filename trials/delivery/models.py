"""Tables of delivery: fidelity checks, dose, events, usual practice and costs."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.database import Base, one_of
from trials.signups.models import Signup


class FidelityCheck(Base):
    """One visit or log about one component in one school; a correction is a new version."""

    __tablename__ = "fidelity_check"
    __table_args__ = (
        UniqueConstraint("signup_id", "component", "checked_on", "version"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_percent"),
        CheckConstraint("version = 1 OR reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    component: Mapped[str] = mapped_column(String(80))  # of the protocol
    checked_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    score: Mapped[int]  # percent of the component delivered as described
    note: Mapped[str] = mapped_column(String(1000), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")  # of a correction
    logged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]

    signup: Mapped[Signup] = relationship()


class Dose(Base):
    """Sessions delivered to a school, class or pupil in a week; a correction is a new version."""

    __tablename__ = "dose"
    __table_args__ = (
        UniqueConstraint("signup_id", "target", "week", "version"),
        CheckConstraint("sessions >= 0", name="sessions"),
        CheckConstraint("version = 1 OR reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    target: Mapped[str] = mapped_column(String(40))  # site:12, class:5 or pupil:99
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"))
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"))
    week: Mapped[date]  # its Monday
    version: Mapped[int] = mapped_column(default=1)
    sessions: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500), default="")  # of a correction
    logged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]


class EventKind(StrEnum):
    CONTAMINATION = "contamination"
    CONCURRENT = "concurrent_intervention"
    DISRUPTION = "disruption"
    STAFF_CHANGE = "staff_change"
    USUAL_PRACTICE = "usual_practice"
    WITHDRAWAL_OF_DELIVERY = "withdrawal_of_delivery"  # stays in the intention-to-treat set


class DeliveryEvent(Base):
    """Something that happened in a school of either arm and may matter to the reading."""

    __tablename__ = "delivery_event"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        CheckConstraint("(corrects_id IS NULL) = (reason = '')", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(String(2000))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_event.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")  # of a correction
    logged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]

    signup: Mapped[Signup] = relationship()


class CostKind(StrEnum):
    START_UP = "start_up"
    RECURRING = "recurring"  # every year


class Cost(Base):
    """A cost of delivery, in euro, for the cost rating."""

    __tablename__ = "cost"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        CheckConstraint("(corrects_id IS NULL) = (reason = '')", name="correction_has_reason"),
        CheckConstraint("euro >= 0 AND staff_hours >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    item: Mapped[str] = mapped_column(String(200))
    kind: Mapped[CostKind] = mapped_column(one_of(CostKind))
    euro: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    staff_hours: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=0)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("cost.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")  # of a correction
    logged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]
