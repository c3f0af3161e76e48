"""Tables of calls, their criteria and their questions."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.states import CALL_TRANSITIONS, CallState
from trials.database import Base, one_of
from trials.lifecycle import check_transition
from trials.permissions import Scope, ScopeKind

if TYPE_CHECKING:
    from trials.calls.models.applications import Application
    from trials.calls.models.trials import Trial


class CallKind(StrEnum):
    INTERVENTIONS = "interventions"
    EVALUATORS = "evaluators"


class TieRule(StrEnum):
    """How two applications with the same weighted mean are told apart, as the call says."""

    CRITERIA_IN_ORDER = "criteria_in_order"  # the higher mean on the first criterion, and so on
    SHARED = "shared"  # they share a rank; the decision gives the reasons


class Call(Base):
    """A call with an exact closing time; for evaluators it belongs to one trial."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(
            "opens_at < questions_until AND questions_until <= closes_at", name="dates_in_order"
        ),
        CheckConstraint("(kind = 'evaluators') = (trial_id IS NOT NULL)", name="trial_if_needed"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name="withdrawn_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CallKind] = mapped_column(one_of(CallKind))
    state: Mapped[CallState] = mapped_column(one_of(CallState))
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id", use_alter=True))
    title_nl: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    text_nl: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime]
    questions_until: Mapped[datetime]
    closes_at: Mapped[datetime]
    rebuttal_until: Mapped[datetime | None]  # set when the assessors' reasons go to applicants
    tie_rule: Mapped[TieRule] = mapped_column(one_of(TieRule))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(1000))

    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="call", order_by="Criterion.position"
    )
    applications: Mapped[list["Application"]] = relationship(
        back_populates="call", order_by="Application.id"
    )
    questions: Mapped[list["Question"]] = relationship(order_by="Question.id")
    trial: Mapped["Trial | None"] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(ScopeKind.CALL, self.id)

    def is_open(self, now: datetime) -> bool:
        """Say whether applications are taken: from ``opens_at``, and before ``closes_at``."""
        return self.state is CallState.PUBLISHED and self.opens_at <= now < self.closes_at

    def is_closed(self, now: datetime) -> bool:
        """Say whether the closing time has come; only then are applications opened."""
        return self.state is not CallState.DRAFT and now >= self.closes_at

    def advance_to(self, target: CallState) -> None:
        """Take one step; raises ``IllegalTransition`` for any other."""
        check_transition(CALL_TRANSITIONS, self.state, target, what="call")
        self.state = target


class Criterion(Base):
    """A published criterion: its weight in percent and the least mean score to be funded."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        CheckConstraint("weight > 0 AND weight <= 100", name="weight_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    position: Mapped[int]
    name_nl: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    weight: Mapped[int]  # percent; all of a call together 100
    minimum: Mapped[int | None]  # least acceptable mean, on the call's scale 1 (weak) to 9

    call: Mapped[Call] = relationship(back_populates="criteria")


class Question(Base):
    """A question about a call; question and answer are published to all at once."""

    __tablename__ = "call_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
