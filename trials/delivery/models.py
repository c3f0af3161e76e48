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
    """Sessions delivered to a school, class or pupil in a week."""

    __tablename__ = "dose"
    __table_args__ = (
        UniqueConstraint("signup_id", "class_id", "pupil_id", "week", "version"),
        CheckConstraint("sessions >= 0", name="sessions"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"))
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"))
    week: Mapped[date]  # its Monday
    version: Mapped[int] = mapped_column(default=1)
    sessions: Mapped[int]
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

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(String(2000))
    logged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]


class Cost(Base):
    """A cost of delivery, in euro, for the cost rating."""

    __tablename__ = "cost"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    item: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))  # start_up or recurring
    euro: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    staff_hours: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=0)
    logged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]
