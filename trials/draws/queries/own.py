"""What a school knows of its own outcome: its arms, and what it checks its public lines with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.receipt import school_key
from trials.agreements.protocol import Arm, Protocol
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.access import kept_blind
from trials.draws.models import ArrivalRow, Draw, DrawUnit
from trials.draws.queries.allocation import parts_of, receipt_of
from trials.errors import NotFound
from trials.permissions import Actor, Permission
from trials.signups.models import SchoolCall, Signup


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """What a school knows of one of its units, and what it checks its public line with."""

    draw_id: int
    arrived: bool  # after the main draw
    code: str
    part: str
    arm: str
    key: str
    line: str


@dataclass(frozen=True, slots=True)
class OwnResult:
    """The outcome for one school, of the draw and of what arrived after it."""

    signup: Signup
    units: tuple[OwnUnit, ...]
    protocol: Protocol
    call: SchoolCall | None

    @property
    def arms(self) -> tuple[str, ...]:
        """Labels of the arms in this school: one, unless parts of it were drawn."""
        return tuple(sorted({unit.arm for unit in self.units}))

    @property
    def draws(self) -> tuple[tuple[int, bool], ...]:
        """The draws these units are of, and whether it is one of arrivals."""
        return tuple(dict.fromkeys((unit.draw_id, unit.arrived) for unit in self.units))

    @property
    def groups(self) -> tuple[Arm, ...]:
        """The same arms with their titles, in the protocol's order."""
        return tuple(arm for arm in self.protocol.arms if arm.label in self.arms)

    @property
    def delivers(self) -> bool:
        """Whether anything but the usual is done in this school."""
        return self.arms != (self.protocol.control,)


def own_result(session: Session, signup_id: int, actor: Actor) -> OwnResult:
    """Return a school's own arm, key and line, once all schools of the draw were told.

    Raises ``NotFound`` before that moment and to anyone outside the school, so also to its own
    people where they recruit, test or analyse in this trial.
    """
    signup = session.get(Signup, signup_id)
    if signup is None or not _of_the_school(actor, signup):
        raise NotFound("there is no such result")
    units = session.scalars(
        select(DrawUnit)
        .join(Draw)
        .where(
            DrawUnit.signup_id == signup_id,
            DrawUnit.arm.is_not(None),
            Draw.told_at.is_not(None),
        )
        .order_by(Draw.number, DrawUnit.code)
    ).all()
    if not units:
        raise NotFound("there is no such result")
    return OwnResult(
        signup,
        _own_units(session, units),
        locked_protocol(session, signup.trial_id),
        session.scalar(select(SchoolCall).where(SchoolCall.trial_id == signup.trial_id)),
    )


def _own_units(session: Session, units: Sequence[DrawUnit]) -> tuple[OwnUnit, ...]:
    """Take arm, key and line from the receipt; of an arrival, from its row: it has none yet."""
    found = select(ArrivalRow).where(ArrivalRow.unit_id.in_([unit.id for unit in units]))
    arrivals = {row.unit_id: row for row in session.scalars(found)}
    drawn = {unit.draw for unit in units if unit.id not in arrivals}
    receipts = {draw.id: receipt_of(draw) for draw in drawn}
    parts = parts_of(session, units)
    return tuple(
        _arrived(unit, arrivals[unit.id], parts[unit.id])
        if unit.id in arrivals
        else _drawn(unit, receipts[unit.draw_id], parts[unit.id])
        for unit in units
    )


def _drawn(unit: DrawUnit, receipt: dict[str, Any], part: str) -> OwnUnit:
    arm, line = receipt["allocation"][unit.code], receipt["lines"][unit.code]
    key = school_key(bytes.fromhex(receipt["seed"]), unit.code)
    return OwnUnit(unit.draw_id, False, unit.code, part, arm, key, line)


def _arrived(unit: DrawUnit, row: ArrivalRow, part: str) -> OwnUnit:
    return OwnUnit(unit.draw_id, True, unit.code, part, str(unit.arm), row.key, row.line)


def _of_the_school(actor: Actor, signup: Signup) -> bool:
    trial: Trial = signup.trial
    return actor.may(Permission.OWN_ARM_SEE, *signup.scopes) and not kept_blind(actor, trial)
