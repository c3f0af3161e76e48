"""Tables of what is published: the result, its ratings, and the archive package."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base


class Publication(Base):
    """The published result of a trial, null results with equal room."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), unique=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    estimate_id: Mapped[int] = mapped_column(ForeignKey("estimate.id"))
    flow: Mapped[dict[str, Any]] = mapped_column(JSON)  # counts at publication
    due_at: Mapped[datetime]  # final + five weeks unless a reasoned exception
    published_at: Mapped[datetime]

    trial: Mapped[Trial] = relationship()


class Rating(Base):
    """A rating with the version of its rule table and the inputs it was made from."""

    __tablename__ = "rating"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # months, padlocks, cost
    arm: Mapped[str] = mapped_column(String(60), default="")  # of months; "" for the whole trial
    table_version: Mapped[str] = mapped_column(String(40))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    value: Mapped[str] = mapped_column(String(40))
    rated_at: Mapped[datetime]


class ArchivePackage(Base):
    """The package for the archive: data, codebook, protocol, plan, code, receipt."""

    __tablename__ = "archive_package"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class ArchiveErasure(Base):
    """The tombstone of pupils erased from an archive package: what it was and became."""

    __tablename__ = "archive_erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("archive_package.id"), index=True)
    pupils: Mapped[int]
    old_sha256: Mapped[str] = mapped_column(String(64))
    new_sha256: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[datetime]
