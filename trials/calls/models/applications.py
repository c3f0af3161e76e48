"""Tables of applications and of their assessment."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models.calls import Call
from trials.calls.states import APPLICATION_TRANSITIONS, ApplicationState
from trials.database import Base, one_of
from trials.lifecycle import check_transition
from trials.people.models import Organisation, Person


class ApplicantKind(StrEnum):
    DEVELOPER = "developer"
    SCHOOL = "school"
    MUNICIPALITY = "municipality"
    SCIENTIST = "scientist"
    CONSORTIUM = "consortium"


class Application(Base):
    """One application to a call. A second press of "send" never makes a second one."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "request_key"),
        CheckConstraint(
            "state = 'withdrawn' OR (state = 'draft') = (submitted_at IS NULL)",
            name="submitted_at",
        ),
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

    @property
    def current(self) -> "ApplicationVersion":
        return self.versions[-1]

    def advance_to(self, target: ApplicationState) -> None:
        """Take one step; raises ``IllegalTransition`` for any other."""
        check_transition(APPLICATION_TRANSITIONS, self.state, target, what="application")
        self.state = target


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

    application: Mapped[Application] = relationship()
    assessor: Mapped[Person] = relationship(foreign_keys=[assessor_id])


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
