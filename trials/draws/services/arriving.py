"""Units that arrive after the main draw get their arm one by one, until enrolment closes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.canonical import canonical, digest
from randomisation.minimised import assign_arrival as next_line
from randomisation.minimised_receipt import arrivals_receipt, public_line
from randomisation.minimised_record import Arrival
from randomisation.receipt import school_key
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.database import transaction
from trials.draws.access import sees_arms
from trials.draws.arrivals import (
    arriving,
    as_lines,
    coded,
    labels_of,
    record_of,
    rows_of,
)
from trials.draws.custody import ServerSecrets, nonce_of
from trials.draws.letters import DRAW_RESULT
from trials.draws.locking import draw_for_update
from trials.draws.models import ArrivalRow, Draw, DrawKind, DrawUnit
from trials.draws.roster import Levels, Target
from trials.draws.states import DrawState
from trials.errors import Conflict, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.mail import post
from trials.people.models import Person
from trials.permissions import Actor, Permission, require
from trials.signups.models import Signup


def assign_arrival(
    session: Session,
    *,
    draw_id: int,
    target: str,
    secrets: ServerSecrets,
    actor: Actor,
    now: datetime,
) -> ArrivalRow:
    """Give a unit that arrived its arm, and add its line to the receipt.

    ``target`` is the key of the first of ``arriving``. The row of the trial is locked, so that of
    two arrivals at once one comes first. Raises ``Conflict`` for a unit that has an arm or before
    which another waits, ``NotFound`` for one that cannot arrive here, ``NotReady`` while the
    enrolment is not open.
    """
    with transaction(session):
        draw = _open_enrolment(session, draw_id, actor)
        protocol = locked_protocol(session, draw.trial_id)
        found = _arrival(session, draw, target, protocol)
        signup = session.get_one(Signup, found.signup.id, with_for_update=True)
        past = rows_of(session, draw.id)
        row = _assigned(session, draw, found, protocol, past, secrets)
        row.unit.arrived_at, row.assigned_by = now, actor.person_id
        signup.drawn_at = signup.drawn_at or now
        session.add(row)
        session.flush()
        post(
            session,
            DRAW_RESULT,
            session.get_one(Person, signup.coordinator_id),
            now,
            subject_id=signup.id,
        )
        record(
            session,
            "arrival_assigned",
            f"draw:{draw.id}",
            by=actor.person_id,
            at=now,
            details={"number": row.number, "line": row.line},
        )
    return row


def close_arrivals(
    session: Session, *, draw_id: int, secrets: ServerSecrets, actor: Actor, now: datetime
) -> Draw:
    """Close an enrolment: its secret goes into the receipt, with which anyone repeats it all."""
    with transaction(session):
        draw = _enrolment(session, draw_id, actor)
        if draw.state is not DrawState.SEALED:
            raise NotReady("these arrivals are not open")
        (party,) = draw.parties
        party.nonce, party.revealed_at = nonce_of(draw, secrets), now
        lines = as_lines(rows_of(session, draw.id))
        receipt = arrivals_receipt(record_of(draw), [party.nonce], lines)
        draw.advance_to(DrawState.DRAWN)
        draw.receipt = canonical(receipt)
        draw.drawn_by, draw.drawn_at = actor.person_id, now
        record(
            session,
            "arrivals_closed",
            f"draw:{draw.id}",
            by=actor.person_id,
            at=now,
            details={"arrivals": len(lines), "receipt_sha256": digest(receipt)},
        )
    return draw


def _enrolment(session: Session, draw_id: int, actor: Actor) -> Draw:
    draw = draw_for_update(session, draw_id)
    require(actor, Permission.DRAW_CARRY_OUT, draw.trial.scope)
    if draw.kind is not DrawKind.ARRIVALS:
        raise NotFound("there is no such draw")
    if not sees_arms(actor, draw.trial):
        raise NotAllowed("your role does not allow this here")
    return draw


def _open_enrolment(session: Session, draw_id: int, actor: Actor) -> Draw:
    draw = _enrolment(session, draw_id, actor)
    if draw.state is not DrawState.SEALED:
        raise NotReady("these arrivals are not open")
    if draw.trial.state is not TrialState.DELIVERING:
        raise NotReady("a {state} trial takes no arrivals", state=draw.trial.state)
    return draw


def _arrival(session: Session, draw: Draw, target: str, protocol: Protocol) -> Target:
    waiting = arriving(session, draw.trial_id, protocol)
    if waiting and waiting[0].key == target:
        return waiting[0]
    if any(found.key == target for found in waiting):
        raise Conflict(
            "another arrived before, at {school}; it gets its group first",
            school=waiting[0].signup.school_name,
        )
    has_arm = (
        select(DrawUnit.id)
        .join(Draw)
        .where(Draw.trial_id == draw.trial_id, DrawUnit.target == target, DrawUnit.arm.is_not(None))
    )
    if session.scalar(has_arm) is not None:
        raise Conflict("this unit has its group already, and keeps it")
    raise NotFound("there is no such unit to arrive")


def _assigned(
    session: Session,
    draw: Draw,
    target: Target,
    protocol: Protocol,
    past: list[ArrivalRow],
    secrets: ServerSecrets,
) -> ArrivalRow:
    sealed = record_of(draw)
    seed = sealed.seed([nonce_of(draw, secrets)])
    levels = Levels(session, protocol, [target.signup], draw.wave)
    labels = labels_of(session, target, levels, list(sealed.factors))
    code = f"W{draw.wave}A{len(past) + 1:03d}"
    line = next_line(sealed, seed, as_lines(past), unit=code, levels=coded(labels, past))
    unit = DrawUnit(
        draw=draw,
        target=target.key,
        code=code,
        stratum=f"W{draw.wave}A",
        stratum_label=levels.stratum_of(target.signup),
        signup_id=target.signup.id,
        class_id=target.class_id,
        pupil_id=target.pupil_id,
        arm=line.arm,
    )
    return _row(draw, unit, labels, line, seed)


def _row(
    draw: Draw, unit: DrawUnit, labels: dict[str, str], line: Arrival, seed: bytes
) -> ArrivalRow:
    return ArrivalRow(
        draw_id=draw.id,
        number=line.number,
        unit=unit,
        levels=dict(line.levels),
        labels=labels,
        previous=line.previous,
        hash=line.hash,
        key=school_key(seed, unit.code),
        line=public_line(seed, line),
    )
