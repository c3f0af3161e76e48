"""Tables of dataset releases and of the analysis code lodged before true arms are out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base


class AnalysisCode(Base):
    """The evaluator's analysis code, lodged by its hash before true arms are released."""

    __tablename__ = "analysis_code"
    __table_args__ = (UniqueConstraint("trial_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    lodged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lodged_at: Mapped[datetime]


class Release(Base):
    """A version of the analysis dataset. Masked arms have opaque labels, true ones the real."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("trial_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    version: Mapped[int]
    masked: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")
    csv: Mapped[bytes] = mapped_column(LargeBinary)
    csv_sha256: Mapped[str] = mapped_column(String(64))
    codebook: Mapped[dict[str, Any]] = mapped_column(JSON)  # Data Package of the file
    rows: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    trial: Mapped[Trial] = relationship()


class Download(Base):
    """Who downloaded which release, when."""

    __tablename__ = "release_download"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    downloaded_at: Mapped[datetime]


class ReleaseErasure(Base):
    """The tombstone of rows or scores erased from a release: what its file was and became."""

    __tablename__ = "release_erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    pupils: Mapped[int]  # of whom something was erased
    old_sha256: Mapped[str] = mapped_column(String(64))
    new_sha256: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[datetime]


class EvaluatorFile(Base):
    """The file an evaluator analyses where pupils live with it: its hash only, by version."""

    __tablename__ = "evaluator_file"
    __table_args__ = (UniqueConstraint("trial_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]  # pupils
    reason: Mapped[str] = mapped_column(String(500), default="")  # of a later version
    registered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime]
