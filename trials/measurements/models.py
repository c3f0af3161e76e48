"""Tables of pupils, classes, objections, uploads and what was measured."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.agreements.protocol import InstrumentRole
from trials.database import Base, one_of
from trials.signups.models import Signup


class ClassMoment(StrEnum):
    """When in the trial a class list or a count was taken."""

    DRAW = "draw"
    DELIVERY = "delivery"
    TEST = "test"


class Blinding(StrEnum):
    """How blind whoever took or marked the test was."""

    BLIND = "blind"
    PARTLY = "partly"
    NOT_BLIND = "not_blind"


class Instrument(Base):
    """A test or scale of the locked protocol, with the range its scores may take."""

    __tablename__ = "instrument"
    __table_args__ = (
        UniqueConstraint("trial_id", "code", "wave"),
        CheckConstraint("lowest < highest", name="range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))  # the column name in uploads and datasets
    label_nl: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200))
    role: Mapped[InstrumentRole] = mapped_column(one_of(InstrumentRole))
    wave: Mapped[int] = mapped_column(default=1)
    primary: Mapped[bool] = mapped_column(default=False)
    lowest: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    highest: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    consent: Mapped[str] = mapped_column(String(16), default="objection")  # or "consent", "none"


class OutcomeWave(Base):
    """A round of outcome testing; locked once, when all of it is in."""

    __tablename__ = "outcome_wave"
    __table_args__ = (UniqueConstraint("trial_id", "wave"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    wave: Mapped[int]
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    content_sha256: Mapped[str | None] = mapped_column(String(64))


class SchoolClass(Base):
    __tablename__ = "school_class"
    __table_args__ = (UniqueConstraint("signup_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(16), default="")


class Pupil(Base):
    """A pupil under the trial's pseudonym. The school keeps the key to its own numbers."""

    __tablename__ = "pupil"
    __table_args__ = (
        UniqueConstraint("signup_id", "school_number_hmac"),
        UniqueConstraint("trial_id", "pseudonym"),
        CheckConstraint("(erased_at IS NULL) OR (school_number_hmac IS NULL)", name="erased"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    pseudonym: Mapped[str] = mapped_column(String(16))
    school_number_hmac: Mapped[str | None] = mapped_column(String(64))  # key kept apart
    covariates: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of the data list
    enrolled_at: Mapped[datetime]  # before or after the draw: joiners are flagged
    left_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]  # objection or retention: a tombstone stays

    signup: Mapped[Signup] = relationship()


class PupilClass(Base):
    """The class of a pupil at the draw, at delivery and at the test."""

    __tablename__ = "pupil_class"
    __table_args__ = (UniqueConstraint("pupil_id", "moment", "wave"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), index=True)
    moment: Mapped[ClassMoment] = mapped_column(one_of(ClassMoment))
    wave: Mapped[int] = mapped_column(default=1)


class Objection(Base):
    """A parent's objection, by count and day; the pupil's rows never leave the school."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"))  # when known here
    instrument_code: Mapped[str] = mapped_column(String(40), default="")  # "" is all of it
    number_of_pupils: Mapped[int] = mapped_column(default=1)
    number_hmac: Mapped[str | None] = mapped_column(String(64))  # so that no file brings it back
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class UploadKind(StrEnum):
    """What a file brings."""

    PUPILS = "pupils"
    BASELINE = "baseline"
    OUTCOME = "outcome"


class Upload(Base):
    """A file that was read and accepted whole. The file itself is not kept."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signup.id"), index=True)
    kind: Mapped[UploadKind] = mapped_column(one_of(UploadKind))
    wave: Mapped[int] = mapped_column(default=1)
    file_sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    reading: Mapped[dict[str, Any]] = mapped_column(JSON)  # encoding, separator, decimal mark
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]


class UploadDraft(Base):
    """A file that was read and found in order, waiting for the sender to say that it is right.

    Holds pseudonyms, no numbers of the school; it is deleted when accepted, discarded or old.
    """

    __tablename__ = "upload_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    intent: Mapped[dict[str, Any]] = mapped_column(JSON)
    reading: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    checked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]


class Measurement(Base):
    """One pupil's score on one instrument; a correction is a new version."""

    __tablename__ = "measurement"
    __table_args__ = (
        UniqueConstraint("pupil_id", "instrument_id", "version"),
        Index("ix_measurement_instrument", "instrument_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"), index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    version: Mapped[int] = mapped_column(default=1)
    value: Mapped[float | None]  # None: taken away by a correction
    taken_on: Mapped[date]
    blinding: Mapped[Blinding | None] = mapped_column(one_of(Blinding))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")  # of a correction


class PupilCount(Base):
    """Pupils of a school when they live with the evaluator: numbers and a file's hash only."""

    __tablename__ = "pupil_count"
    __table_args__ = (UniqueConstraint("signup_id", "moment", "wave"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    moment: Mapped[ClassMoment] = mapped_column(one_of(ClassMoment))
    wave: Mapped[int] = mapped_column(default=1)
    pupils: Mapped[int]
    file_sha256: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
