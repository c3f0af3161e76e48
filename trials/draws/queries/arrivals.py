"""Arrivals after the main draw, each reader as far as they may know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from randomisation.canonical import digest, read_json
from trials.agreements.protocol import DrawMethod, Protocol, Unit
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.access import sees_arms, sees_receipt
from trials.draws.arrivals import arriving, factors_of, rows_of, traits_of
from trials.draws.models import ArrivalRow, Draw, DrawKind, DrawUnit
from trials.draws.opening import OPEN_ARRIVALS
from trials.draws.queries.allocation import parts_of
from trials.draws.queries.ceremony import may_know
from trials.draws.roster import Target
from trials.draws.states import DrawState
from trials.errors import NotFound
from trials.lifecycle import TrialState
from trials.measurements.models import Pupil, SchoolClass
from trials.people.models import Proposal, ProposalState
from trials.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Factor:
    """What arrivals are kept even on, and how much it weighs."""

    code: str
    title_nl: str
    title_en: str
    weight: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One arrival, for those who see arms."""

    code: str
    school_name: str
    part: str  # the class or the pupil's pseudonym; "" for a whole site
    labels: dict[str, str]  # its level on each factor
    arm: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Arrivals:
    """An enrolment from the outside; what gives arms away is empty for who may not see them."""

    draw_id: int
    trial: Trial
    number: int
    state: DrawState
    fingerprint: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    void_reason: str | None
    count: int
    arrived: tuple[Arrived, ...]
    factors: tuple[Factor, ...]  # for the trial's own people
    probability: str
    proposal_id: int | None  # of an opening that waits for its second person
    may_prepare: bool
    may_have_receipt: bool
    sees_arms: bool

    @property
    def is_open(self) -> bool:
        return self.state is DrawState.SEALED


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that can arrive now."""

    key: str
    school_name: str
    part: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a new enrolment of a trial could keep even."""

    trial: Trial
    unit: Unit
    factors: tuple[Factor, ...]
    waiting: int  # units that could arrive now


def arrivals(session: Session, draw_id: int, actor: Actor | None) -> Arrivals:
    """Return one enrolment for a reader; ``NotFound`` before it opens for who is not of it."""
    return _arrivals(session, _visible(session, draw_id, actor), actor)


def arrivals_to_prepare(session: Session, draw_id: int, actor: Actor) -> Arrivals:
    """Return one enrolment to who closes it or gives it up; raises ``NotFound`` to others."""
    found = arrivals(session, draw_id, actor)
    if not found.may_prepare:
        raise NotFound("there is no such draw")
    return found


def arrivals_of_trial(session: Session, trial_id: int, actor: Actor | None) -> list[Arrivals]:
    """Return the enrolments of a trial that the reader may know of, in order."""
    draws = session.scalars(
        select(Draw)
        .where(Draw.trial_id == trial_id, Draw.kind == DrawKind.ARRIVALS)
        .order_by(Draw.number)
    )
    return [_arrivals(session, draw, actor) for draw in draws if may_know(draw, actor)]


def offer(session: Session, trial_id: int, actor: Actor) -> Offer:
    """Return what can be chosen when arrivals are prepared; ``NotFound`` to who may not."""
    trial = session.get(Trial, trial_id)
    if trial is None or not _prepares(actor, trial):
        raise NotFound("there is no such trial")
    protocol = locked_protocol(session, trial.id)
    return Offer(
        trial,
        protocol.unit,
        tuple(Factor(code, nl, en, "1") for code, (nl, en) in factors_of(protocol).items()),
        len(arriving(session, trial.id, protocol)),
    )


def may_take_arrivals(session: Session, trial_id: int, actor: Actor | None) -> bool:
    """Say whether the reader could prepare arrivals for a trial now."""
    trial = session.get(Trial, trial_id)
    if trial is None or actor is None or trial.state is not TrialState.DELIVERING:
        return False
    under_way = select(Draw.id).where(
        Draw.trial_id == trial_id, Draw.state.not_in((DrawState.DRAWN, DrawState.VOID))
    )
    return _prepares(actor, trial) and session.scalar(under_way) is None


def candidates(session: Session, draw_id: int, actor: Actor) -> list[Candidate]:
    """Return what gets its arm next, if anything waits; ``NotFound`` to who does not assign."""
    draw = _visible(session, draw_id, actor)
    if not _prepares(actor, draw.trial):
        raise NotFound("there is no such draw")
    found = arriving(session, draw.trial_id, locked_protocol(session, draw.trial_id))[:1]
    names = _names(session, found)
    return [Candidate(t.key, t.signup.school_name, names.get(t.key, "")) for t in found]


def public_arrivals(session: Session, draw_id: int) -> dict[str, Any]:
    """Return what is public: the fingerprint, a line per arrival and, closed, the receipt's hash.

    None of it gives an arm away: the lines are keyed, and the receipt holds the secret.
    """
    draw = _visible(session, draw_id, None)
    lines = {row.unit.code: row.line for row in rows_of(session, draw.id)}
    found: dict[str, Any] = {"fingerprint": draw.fingerprint, "lines": lines}
    if draw.receipt is not None:
        found["receipt_sha256"] = digest(read_json(draw.receipt))
    return found


def arrivals_receipt_bytes(session: Session, draw_id: int, actor: Actor | None) -> bytes | None:
    """Return the receipt of a closed enrolment to who may have it, else None."""
    draw = _visible(session, draw_id, actor)
    return draw.receipt if _may_have_receipt(session, draw, actor) else None


def _visible(session: Session, draw_id: int, actor: Actor | None) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None or draw.kind is not DrawKind.ARRIVALS or not may_know(draw, actor):
        raise NotFound("there is no such draw")
    return draw


def _arrivals(session: Session, draw: Draw, actor: Actor | None) -> Arrivals:
    inside = actor is not None and actor.may(Permission.TRIAL_READ, draw.trial.scope)
    method = draw.frozen_record["method"]
    shows = sees_arms(actor, draw.trial)
    protocol = locked_protocol(session, draw.trial_id)
    return Arrivals(
        draw_id=draw.id,
        trial=draw.trial,
        number=draw.number,
        state=draw.state,
        fingerprint=draw.fingerprint,
        opened_at=draw.sealed_at,
        closed_at=draw.drawn_at,
        void_reason=draw.void_reason,
        count=_count(session, draw),
        arrived=_arrived(session, draw) if shows else (),
        factors=_factors(method["factors"], protocol) if inside else (),
        probability=method["probability"] if inside else "",
        proposal_id=_open_proposal(session, draw, actor),
        may_prepare=actor is not None and _prepares(actor, draw.trial),
        may_have_receipt=_may_have_receipt(session, draw, actor),
        sees_arms=shows,
    )


def _count(session: Session, draw: Draw) -> int:
    found = select(func.count(ArrivalRow.id)).where(ArrivalRow.draw_id == draw.id)
    return session.scalar(found) or 0


def _factors(weights: dict[str, str], protocol: Protocol) -> tuple[Factor, ...]:
    titles = factors_of(protocol)
    return tuple(
        Factor(code, *titles.get(code, (code, code)), weight) for code, weight in weights.items()
    )


def _arrived(session: Session, draw: Draw) -> tuple[Arrived, ...]:
    rows = rows_of(session, draw.id)
    units: Sequence[DrawUnit] = [row.unit for row in rows]
    parts = parts_of(session, units)
    return tuple(
        Arrived(
            row.unit.code,
            row.unit.signup.school_name,
            parts[row.unit_id],
            row.labels,
            str(row.unit.arm),
            row.unit.arrived_at or draw.frozen_at,
        )
        for row in rows
    )


def _prepares(actor: Actor, trial: Trial) -> bool:
    return actor.may(Permission.DRAW_FREEZE, trial.scope) and sees_arms(actor, trial)


def _may_have_receipt(session: Session, draw: Draw, actor: Actor | None) -> bool:
    """A receipt tells the levels of each unit: with traits of pupils it never becomes public."""
    if draw.receipt is None:
        return False
    told = traits_of(draw, locked_protocol(session, draw.trial_id))
    alike = DrawMethod.RERANDOMISED if told else DrawMethod.BLOCKED
    return sees_receipt(actor, draw.trial, alike)


def _open_proposal(session: Session, draw: Draw, actor: Actor | None) -> int | None:
    roles = (Permission.DRAW_SEAL_PROPOSE, Permission.DRAW_SEAL_APPROVE)
    if actor is None or not any(actor.may(role, draw.trial.scope) for role in roles):
        return None
    return session.scalar(
        select(Proposal.id).where(
            Proposal.act == OPEN_ARRIVALS,
            Proposal.subject_id == draw.id,
            Proposal.state == ProposalState.OPEN,
        )
    )


def _names(session: Session, targets: Sequence[Target]) -> dict[str, str]:
    """Return what each unit is called within its school: a class, or a pupil's pseudonym."""
    classes = [target.class_id for target in targets if target.class_id is not None]
    pupils = [target.pupil_id for target in targets if target.pupil_id is not None]
    named = session.execute(
        select(SchoolClass.id, SchoolClass.name).where(SchoolClass.id.in_(classes))
    )
    under = session.execute(select(Pupil.id, Pupil.pseudonym).where(Pupil.id.in_(pupils)))
    return {f"class:{number}": name for number, name in named} | {
        f"pupil:{number}": pseudonym for number, pseudonym in under
    }
