"""Tables of calls, applications, their assessment, and the interventions and trials awarded."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.states import ApplicationState, CallState
from trials.database import Base, one_of
from trials.lifecycle import TRIAL_TRANSITIONS, TrialState, check_transition
from trials.people.models import Organisation, Person
from trials.permissions import Scope, trial_scope


class CallKind(StrEnum):
    INTERVENTIONS = "interventions"
    EVALUATORS = "evaluators"


class ApplicantKind(StrEnum):
    DEVELOPER = "developer"
    SCHOOL = "school"
    MUNICIPALITY = "municipality"
    SCIENTIST = "scientist"
    CONSORTIUM = "consortium"


class Call(Base):
    """A call with an exact closing time; for evaluators it belongs to one trial."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="dates_in_order"),
        CheckConstraint("(kind = 'evaluators') = (trial_id IS NOT NULL)", name="trial_if_needed"),
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
    tie_rule: Mapped[str] = mapped_column(String(500))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(1000))

    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="call", order_by="Criterion.position"
    )
    applications: Mapped[list["Application"]] = relationship(back_populates="call")


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


class Application(Base):
    """One application to a call. A second press of "send" never makes a second one."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "request_key"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    request_key: Mapped[str] = mapped_column(String(64))  # from the form, so that retries meet
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[ApplicantKind] = mapped_column(one_of(ApplicantKind))
    state: Mapped[ApplicationState] = mapped_column(one_of(ApplicationState))
    submitted_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(back_populates="applications")
    applicant: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    versions: Mapped[list["ApplicationVersion"]] = relationship(
        back_populates="application", order_by="ApplicationVersion.number"
    )


class ApplicationVersion(Base):
    __tablename__ = "application_version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="versions")


class InterestDeclaration(Base):
    """What ties an assessor to an application, and what NRO ruled about it."""

    __tablename__ = "interest_declaration"
    __table_args__ = (
        UniqueConstraint("application_id", "assessor_id"),
        CheckConstraint("(may_score IS NULL) = (ruled_at IS NULL)", name="ruling_complete"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str] = mapped_column(String(1000))  # "" says: none
    declared_at: Mapped[datetime]
    may_score: Mapped[bool | None]
    ruling: Mapped[str | None] = mapped_column(String(1000))
    ruled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ruled_at: Mapped[datetime | None]


class Score(Base):
    """One assessor's score on one criterion, 1 (weak) to 9 (excellent), with its reason."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("application_id", "assessor_id", "criterion_id", "version"),
        CheckConstraint("value BETWEEN 1 AND 9", name="scale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    assessor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    version: Mapped[int]  # a changed score is a new version
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(String(2000))
    scored_at: Mapped[datetime]


class Rebuttal(Base):
    """The applicant's answer to the assessors."""

    __tablename__ = "rebuttal"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class Decision(Base):
    """The award or refusal of an application, with its reasons."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    awarded: Mapped[bool]
    reasons: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]


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
