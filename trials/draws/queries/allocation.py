"""What came out of a draw, for those who may know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.canonical import read_json
from trials.agreements.protocol import DrawMethod
from trials.draws.access import sees_arms, sees_receipt
from trials.draws.models import Draw, DrawMark, DrawUnit
from trials.draws.queries.ceremony import visible_draw
from trials.errors import NotFound
from trials.measurements.models import Pupil, SchoolClass
from trials.permissions import Actor

PUBLIC_KEYS = ("fingerprint", "allocation_sha256", "lines")


@dataclass(frozen=True, slots=True)
class Assigned:
    """One site, class or pupil and the arm it was drawn into."""

    draw_id: int
    wave: int
    drawn_at: datetime
    code: str  # of the unit, as in the receipt
    stratum: str  # as in the receipt
    signup_id: int
    class_id: int | None
    pupil_id: int | None
    arm: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of a frozen or drawn roster."""

    code: str
    stratum: str
    stratum_label: str
    school_name: str
    part: str  # the class or the pupil's pseudonym; "" for a whole site
    arm: str | None  # None before the draw


def arms_of_trial(session: Session, trial_id: int) -> list[Assigned]:
    """Return who was drawn into which arm, all waves, for the domain's own use.

    It asks for no permission: nothing of it may reach a reader except by ``access.sees_arms``.
    """
    rows = session.execute(
        select(DrawUnit, Draw)
        .join(Draw, Draw.id == DrawUnit.draw_id)
        .where(Draw.trial_id == trial_id, DrawUnit.arm.is_not(None))
        .order_by(Draw.wave, DrawUnit.code, DrawUnit.id)
    )
    return [_assigned(unit, draw) for unit, draw in rows]


def _assigned(unit: DrawUnit, draw: Draw) -> Assigned:
    if unit.arm is None or unit.drawn_at is None:
        raise RuntimeError(f"unit {unit.id} of a drawn draw has no arm")
    return Assigned(
        draw.id,
        draw.wave,
        unit.drawn_at,
        unit.code,
        unit.stratum,
        unit.signup_id,
        unit.class_id,
        unit.pupil_id,
        unit.arm,
    )


def roster_rows(session: Session, draw_id: int, actor: Actor | None) -> list[RosterRow]:
    """Return the roster with pseudonyms and, once drawn, arms; else ``NotFound``."""
    draw = visible_draw(session, draw_id, actor)
    if not sees_arms(actor, draw.trial):
        raise NotFound("there is no such list")
    parts = parts_of(session, draw.units)
    return [
        RosterRow(
            unit.code,
            unit.stratum,
            unit.stratum_label,
            unit.signup.school_name,
            parts[unit.id],
            unit.arm,
        )
        for unit in draw.units
    ]


def public_form(session: Session, draw_id: int) -> dict[str, Any]:
    """Return what is public at the draw: fingerprint, hash and lines, which give no arm away."""
    receipt = receipt_of(visible_draw(session, draw_id, None))
    return {key: receipt[key] for key in PUBLIC_KEYS}


def receipt_bytes(session: Session, draw_id: int, actor: Actor | None) -> bytes:
    """Return the full receipt in canonical JSON; raises ``NotFound`` to who may not have it."""
    draw = visible_draw(session, draw_id, actor)
    if draw.receipt is None or not sees_receipt(actor, draw.trial, _method(draw)):
        raise NotFound("there is no such receipt")
    return draw.receipt


def may_have_receipt(session: Session, draw_id: int, actor: Actor | None) -> bool:
    """Say whether the reader may have the receipt of a drawn draw."""
    draw = visible_draw(session, draw_id, actor)
    return draw.receipt is not None and sees_receipt(actor, draw.trial, _method(draw))


def marks_of(session: Session, draw_id: int, actor: Actor) -> list[DrawMark]:
    """Return the mistakes marked beside a draw, to those who see its arms; else none."""
    draw = visible_draw(session, draw_id, actor)
    if not sees_arms(actor, draw.trial):
        return []
    return list(
        session.scalars(select(DrawMark).where(DrawMark.draw_id == draw_id).order_by(DrawMark.id))
    )


def receipt_of(draw: Draw) -> dict[str, Any]:
    """Return the receipt of a drawn draw, whoever asks; raises ``NotFound`` before."""
    if draw.receipt is None:
        raise NotFound("there is no such receipt")
    receipt: dict[str, Any] = read_json(draw.receipt)
    return receipt


def _method(draw: Draw) -> DrawMethod:
    return DrawMethod(draw.frozen_record["method"]["name"])


def parts_of(session: Session, units: Sequence[DrawUnit]) -> dict[int, str]:
    """Name what a unit is within its school: a class, a pupil's pseudonym, or all of it."""
    classes = {unit.class_id for unit in units} - {None}
    pupils = {unit.pupil_id for unit in units} - {None}
    names: dict[tuple[str, int], str] = {
        ("class", number): name
        for number, name in session.execute(
            select(SchoolClass.id, SchoolClass.name).where(SchoolClass.id.in_(classes))
        )
    } | {
        ("pupil", number): pseudonym
        for number, pseudonym in session.execute(
            select(Pupil.id, Pupil.pseudonym).where(Pupil.id.in_(pupils))
        )
    }
    return {
        unit.id: names.get(("pupil", unit.pupil_id or 0))
        or names.get(("class", unit.class_id or 0))
        or ""
        for unit in units
    }
