"""Tables of estimates, asked and made, and of the evaluator's own result."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base, one_of
from trials.releases.models import Release


class EstimateLabel(StrEnum):
    PLANNED = "planned"
    APPROVED_CHANGE = "approved_change"  # changed with approval before unmasking
    EXPLORATORY = "exploratory"


class Part(StrEnum):
    """What an estimate is of the analysis as a whole."""

    PRIMARY = "primary"
    SECONDARY = "secondary"  # a further outcome
    SUBGROUP = "subgroup"
    COMPLIANCE = "compliance"
    PERMUTATION = "permutation"
    FAMILY = "family"  # several outcomes or arms judged together
    MISSING = "missing"  # by the plan's rule
    BALANCE = "balance"  # at baseline, and attrition
    ROBUSTNESS = "robustness"  # the planned model among its alternatives
    EXPLORATORY = "exploratory"


class Estimation(Base):
    """A request for estimates on the bytes of one release. A job carries it out.

    ``analyses`` holds what ``planned.Analysis.to_dict`` returns, ``refusals`` what
    ``refusals.kept`` does.
    """

    __tablename__ = "estimation"
    __table_args__ = (CheckConstraint("exploratory = (reason <> '')", name="exploratory_why"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    data_sha256: Mapped[str] = mapped_column(String(64))  # of the release when it was asked
    exploratory: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")  # of an exploratory one
    plan_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    analyses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    refusals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    trial: Mapped[Trial] = relationship()
    release: Mapped[Release] = relationship()
    estimates: Mapped[list["StoredEstimate"]] = relationship(
        back_populates="estimation", order_by="StoredEstimate.place"
    )

    @property
    def done(self) -> int:
        """How many of the analyses there is an answer to."""
        return len(self.estimates) + len(self.refusals)


class StoredEstimate(Base):
    """An estimate on a release, as ``loting estimate --json`` prints it."""

    __tablename__ = "estimate"
    __table_args__ = (
        UniqueConstraint("trial_id", "number"),
        UniqueConstraint("estimation_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    number: Mapped[int]
    estimation_id: Mapped[int | None] = mapped_column(ForeignKey("estimation.id"))
    place: Mapped[int | None]  # among the analyses that were asked
    part: Mapped[Part] = mapped_column(one_of(Part), default=Part.PRIMARY)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    data_sha256: Mapped[str] = mapped_column(String(64))  # with the evaluator: its own file
    label: Mapped[EstimateLabel] = mapped_column(one_of(EstimateLabel))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    specification: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    estimation: Mapped[Estimation | None] = relationship(back_populates="estimates")


class LodgedResult(Base):
    """The evaluator's own estimate of one arm, from its own software, beside ours."""

    __tablename__ = "lodged_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    arm: Mapped[str] = mapped_column(String(60))  # against the control arm
    estimate: Mapped[float]
    std_error: Mapped[float]
    df: Mapped[float | None]
    n_pupils: Mapped[int]
    software: Mapped[str] = mapped_column(String(200))
    script_sha256: Mapped[str] = mapped_column(String(64))
    lodged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lodged_at: Mapped[datetime]
