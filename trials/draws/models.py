"""Tables of the draw: the frozen roster, the parties and their nonces, the receipt."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base, one_of
from trials.draws.states import DRAW_TRANSITIONS, DrawState
from trials.lifecycle import check_transition
from trials.signups.models import Signup


class DrawKind(StrEnum):
    """Whether a roster is drawn at once, or units are assigned as they arrive."""

    ROSTER = "roster"
    ARRIVALS = "arrivals"


class Draw(Base):
    """One ceremony. A trial has several when it recruits in waves, or when a seal was void.

    An enrolment of arrivals is one too: sealed while it is open, drawn once it is closed.
    """

    __tablename__ = "draw"
    __table_args__ = (
        UniqueConstraint("trial_id", "number"),
        UniqueConstraint("live_key"),
        CheckConstraint(
            "state NOT IN ('sealed', 'drawn') OR sealed_at IS NOT NULL", name="sealed_at"
        ),
        CheckConstraint("(state = 'drawn') = (receipt IS NOT NULL)", name="receipt"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    number: Mapped[int]  # 1, 2, 3 … within the trial, void ones included
    wave: Mapped[int] = mapped_column(default=1)
    kind: Mapped[DrawKind] = mapped_column(one_of(DrawKind), default=DrawKind.ROSTER)
    beacon: Mapped[str] = mapped_column(String(40), default="")  # its chain; "" for none
    beacon_rounds: Mapped[int] = mapped_column(default=0)  # one, and one per party that failed
    live_key: Mapped[str | None] = mapped_column(String(40))  # "trial:wave" unless void: one draw
    state: Mapped[DrawState] = mapped_column(one_of(DrawState))
    frozen_record: Mapped[dict[str, Any]] = mapped_column(JSON)  # without entropy; holds the salt
    sealed_record: Mapped[bytes | None] = mapped_column(LargeBinary)  # canonical JSON
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    frozen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    reveal_before: Mapped[datetime | None]  # nonces must be in before this, the beacon's time
    drawn_at: Mapped[datetime | None]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary)  # canonical JSON
    told_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(500))  # names the party; public

    trial: Mapped[Trial] = relationship()
    parties: Mapped[list["DrawParty"]] = relationship(
        back_populates="draw", order_by="DrawParty.position"
    )
    units: Mapped[list["DrawUnit"]] = relationship(back_populates="draw", order_by="DrawUnit.code")
    accepted_risks: Mapped[list["AcceptedRisk"]] = relationship(
        back_populates="draw", order_by="AcceptedRisk.id"
    )

    def advance_to(self, target: DrawState) -> None:
        """Take one step; raises ``IllegalTransition`` for any other."""
        check_transition(DRAW_TRANSITIONS, self.state, target, what="draw")
        self.state = target
        self.live_key = None if target is DrawState.VOID else f"{self.trial_id}:{self.wave}"


class DrawParty(Base):
    """A source of entropy: a person who commits and reveals, or a public beacon's round."""

    __tablename__ = "draw_party"
    __table_args__ = (UniqueConstraint("draw_id", "position"), UniqueConstraint("draw_id", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))  # evaluator, nro, beacon:NAME:ROUND
    commitment: Mapped[str | None] = mapped_column(String(64))
    committed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    committed_at: Mapped[datetime | None]
    nonce: Mapped[str | None] = mapped_column(String(128))  # hidden until the last one is in
    revealed_at: Mapped[datetime | None]
    revealed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    draw: Mapped[Draw] = relationship(back_populates="parties")

    @property
    def is_beacon(self) -> bool:
        return self.name.startswith("beacon:")


class DrawUnit(Base):
    """A unit of allocation and whom it stands for: a site, a class or a pupil.

    Several sites that must share an arm have rows with the same code.
    """

    __tablename__ = "draw_unit"
    __table_args__ = (UniqueConstraint("draw_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    target: Mapped[str] = mapped_column(String(40))  # site:12, class:5 or pupil:99; drawn once
    code: Mapped[str] = mapped_column(String(40))  # pseudonym, unique in the trial
    stratum: Mapped[str] = mapped_column(String(200))  # as in the record: a label or a code
    stratum_label: Mapped[str] = mapped_column(String(200))  # for those who may see the roster
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"))
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupil.id"))
    arm: Mapped[str | None] = mapped_column(String(60))  # from the receipt, never edited
    arrived_at: Mapped[datetime | None]  # of a unit that came after the main draw

    draw: Mapped[Draw] = relationship(back_populates="units")
    signup: Mapped[Signup] = relationship()

    @property
    def drawn_at(self) -> datetime | None:
        """The moment this unit got its arm."""
        return self.arrived_at or self.draw.drawn_at


class ArrivalRow(Base):
    """One line of a continuing receipt: a unit that got its arm when it arrived."""

    __tablename__ = "arrival"
    __table_args__ = (UniqueConstraint("draw_id", "number"), UniqueConstraint("unit_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    number: Mapped[int]  # 0, 1, 2 … in order of arrival, as in the receipt
    unit_id: Mapped[int] = mapped_column(ForeignKey("draw_unit.id"))
    levels: Mapped[dict[str, str]] = mapped_column(JSON)  # codes, as in the receipt
    labels: Mapped[dict[str, str]] = mapped_column(JSON)  # what they stand for
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))  # secret: whoever knows the levels can try arms
    key: Mapped[str] = mapped_column(String(64))  # opens the public line; for the school's eyes
    line: Mapped[str] = mapped_column(String(64))  # public
    assigned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    unit: Mapped[DrawUnit] = relationship()


class StandingRule(Base):
    """What two persons approved for every later wave, so that its seal needs no second person."""

    __tablename__ = "standing_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime]


class RiskKind(StrEnum):
    """Why a roster risks something: schools share this, or a stratum is smaller than the arms."""

    BOARD = "board"
    ADDRESS = "address"
    COORDINATOR = "coordinator"
    STRATUM = "stratum"


class AcceptedRisk(Base):
    """A risk of a roster that was accepted when it was frozen, by whoever froze it."""

    __tablename__ = "accepted_risk"

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    kind: Mapped[RiskKind] = mapped_column(one_of(RiskKind))
    stratum_label: Mapped[str | None] = mapped_column(String(200))  # of a stratum too small
    signups: Mapped[list[int]] = mapped_column(JSON)  # the schools it is about
    reason: Mapped[str] = mapped_column(String(500))

    draw: Mapped[Draw] = relationship(back_populates="accepted_risks")


class DrawMark(Base):
    """A mistake found after the draw, marked beside the truth; nothing is re-drawn."""

    __tablename__ = "draw_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    unit_code: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(1000))
    marked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
