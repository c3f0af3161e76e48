"""The ceremony as its parties and the public see it: who did what when, and never an arm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Arm, DrawMethod, Unit
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.access import sees_arms
from trials.draws.arms import arms_of
from trials.draws.beacons import round_of
from trials.draws.models import Draw, DrawKind, DrawParty, DrawUnit
from trials.draws.parties import acts_for
from trials.draws.sealing import SEAL
from trials.draws.states import DrawState
from trials.draws.voiding import is_overdue, missing_secrets
from trials.draws.witnessing import may_enter_beacon
from trials.errors import NotFound
from trials.people.models import Person, Proposal, ProposalState
from trials.permissions import Actor, Permission

PUBLIC = frozenset({DrawState.SEALED, DrawState.DRAWN, DrawState.VOID})


@dataclass(frozen=True, slots=True)
class PartyStep:
    """What one party did, and whether it is the reader's turn."""

    position: int
    name: str
    committed_at: datetime | None
    revealed_at: datetime | None
    committed_by: str  # a person's name, for the trial's own people; "" for the public
    yours: bool  # the reader acts for this party
    beacon: str = ""  # the chain, for a beacon
    round: int | None = None
    published_at: datetime | None = None
    address: str = ""  # where anyone reads the round

    @property
    def is_beacon(self) -> bool:
        return self.round is not None


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A draw from the outside."""

    draw_id: int
    trial: Trial
    number: int
    state: DrawState
    wave: int
    unit: Unit  # what is drawn
    units: int
    strata: int
    arms: tuple[Arm, ...]  # as frozen, control first
    method: DrawMethod
    frozen_at: datetime
    frozen_by: str
    sealed_at: datetime | None
    reveal_before: datetime | None
    drawn_at: datetime | None
    told_at: datetime | None
    fingerprint: str | None
    rule: str | None  # fingerprint of the standing rule that this wave is drawn under
    parties: tuple[PartyStep, ...]
    beacon: str  # the chain; "" says that this ceremony has none
    beacon_rounds: int
    overdue: bool
    void_reason: str | None
    failed: tuple[str, ...]  # parties that let the seal go void
    earlier_voids: int  # sealed draws of this trial that went void before this one
    proposal_id: int | None  # of a seal that waits for its second person, for the trial's people
    may_prepare: bool  # give up, propose the seal, tell: the trial manager
    may_declare_void: bool
    sees_arms: bool


def ceremony(session: Session, draw_id: int, actor: Actor | None, now: datetime) -> Ceremony:
    """Return one draw for a reader; ``NotFound`` before the seal for who is not of the trial."""
    draw = visible_draw(session, draw_id, actor)
    return _ceremony(session, draw, actor, now)


def draws_of_trial(
    session: Session, trial_id: int, actor: Actor | None, now: datetime
) -> list[Ceremony]:
    """Return the draws of a trial that the reader may know of, in order."""
    draws = session.scalars(
        select(Draw)
        .where(Draw.trial_id == trial_id, Draw.kind == DrawKind.ROSTER)
        .order_by(Draw.number)
    )
    return [_ceremony(session, draw, actor, now) for draw in draws if may_know(draw, actor)]


def trial_with_draws(
    session: Session, trial_id: int, actor: Actor | None, now: datetime
) -> tuple[Trial, list[Ceremony]]:
    """Return a trial with its draws; ``NotFound`` where the reader may know of none."""
    trial = session.get(Trial, trial_id)
    draws = draws_of_trial(session, trial_id, actor, now)
    inside = (
        trial is not None and actor is not None and actor.may(Permission.TRIAL_READ, trial.scope)
    )
    if trial is None or not (draws or inside):
        raise NotFound("there is no such trial")
    return trial, draws


def ceremony_to_prepare(session: Session, draw_id: int, actor: Actor, now: datetime) -> Ceremony:
    """Return a draw to who prepares it; raises ``NotFound`` to anyone else."""
    found = ceremony(session, draw_id, actor, now)
    if not found.may_prepare:
        raise NotFound("there is no such draw")
    return found


def own_party(
    session: Session,
    draw_id: int,
    position: int,
    actor: Actor,
    now: datetime,
    *,
    beacon: bool = False,
) -> tuple[Ceremony, PartyStep]:
    """Return a draw and the party the actor acts for at ``position``; else ``NotFound``.

    ``beacon`` says which is asked for: a public beacon, or a party with a secret of its own.
    """
    found = ceremony(session, draw_id, actor, now)
    for party in found.parties:
        if party.position == position and party.yours and party.is_beacon is beacon:
            return found, party
    raise NotFound("there is no such draw")


def visible_draw(session: Session, draw_id: int, actor: Actor | None) -> Draw:
    """Return a draw of a roster the reader may know of; raises ``NotFound``."""
    draw = session.get(Draw, draw_id)
    if draw is None or draw.kind is not DrawKind.ROSTER or not may_know(draw, actor):
        raise NotFound("there is no such draw")
    return draw


def may_know(draw: Draw, actor: Actor | None) -> bool:
    """Say whether a reader may know of a draw: the public from its seal on."""
    return (draw.sealed_at is not None and draw.state in PUBLIC) or (
        actor is not None and actor.may(Permission.TRIAL_READ, draw.trial.scope)
    )


def _ceremony(session: Session, draw: Draw, actor: Actor | None, now: datetime) -> Ceremony:
    inside = actor is not None and actor.may(Permission.TRIAL_READ, draw.trial.scope)
    names = _names(session, draw) if inside else {}
    units = draw.frozen_record["units"]
    sealed = draw.sealed_at is not None
    protocol = locked_protocol(session, draw.trial_id)
    return Ceremony(
        draw_id=draw.id,
        trial=draw.trial,
        number=draw.number,
        state=draw.state,
        wave=draw.wave,
        unit=_unit(session, draw),
        units=len(units),
        strata=len({unit["stratum"] for unit in units}),
        arms=arms_of(draw, protocol),
        method=protocol.draw.method,
        frozen_at=draw.frozen_at,
        frozen_by=names.get(draw.frozen_by, ""),
        sealed_at=draw.sealed_at,
        reveal_before=draw.reveal_before,
        drawn_at=draw.drawn_at,
        told_at=draw.told_at,
        fingerprint=draw.fingerprint,
        rule=draw.frozen_record.get("rule"),
        parties=tuple(_step(party, draw, actor, names) for party in draw.parties),
        beacon=draw.beacon,
        beacon_rounds=draw.beacon_rounds,
        overdue=is_overdue(draw, now),
        void_reason=draw.void_reason,
        failed=tuple(party.name for party in missing_secrets(draw))
        if sealed and draw.state is DrawState.VOID
        else (),
        earlier_voids=_earlier_voids(session, draw),
        proposal_id=_open_proposal(session, draw, actor),
        may_prepare=actor is not None and actor.may(Permission.DRAW_FREEZE, draw.trial.scope),
        may_declare_void=actor is not None and actor.may(Permission.DRAW_WITNESS, draw.trial.scope),
        sees_arms=sees_arms(actor, draw.trial),
    )


def _step(party: DrawParty, draw: Draw, actor: Actor | None, names: dict[int, str]) -> PartyStep:
    if party.is_beacon:
        beacon, round_ = round_of(party.name)
        return PartyStep(
            party.position,
            party.name,
            None,
            party.revealed_at,
            "",
            yours=may_enter_beacon(actor, draw),
            beacon=beacon.name,
            round=round_,
            published_at=beacon.moment(round_),
            address=beacon.published_at(round_),
        )
    return PartyStep(
        party.position,
        party.name,
        party.committed_at,
        party.revealed_at,
        names.get(party.committed_by or 0, ""),
        yours=actor is not None and acts_for(actor, party.name, draw.trial.scope),
    )


def _open_proposal(session: Session, draw: Draw, actor: Actor | None) -> int | None:
    """Return the seal's proposal to those who propose or approve seals."""
    roles = (Permission.DRAW_SEAL_PROPOSE, Permission.DRAW_SEAL_APPROVE)
    if actor is None or not any(actor.may(role, draw.trial.scope) for role in roles):
        return None
    return session.scalar(
        select(Proposal.id).where(
            Proposal.act == SEAL,
            Proposal.subject_id == draw.id,
            Proposal.state == ProposalState.OPEN,
        )
    )


def _unit(session: Session, draw: Draw) -> Unit:
    target = session.scalar(select(DrawUnit.target).where(DrawUnit.draw_id == draw.id).limit(1))
    return Unit(str(target).partition(":")[0])


def _names(session: Session, draw: Draw) -> dict[int, str]:
    wanted = {draw.frozen_by, *(party.committed_by for party in draw.parties)} - {None}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return dict(found.all())


def _earlier_voids(session: Session, draw: Draw) -> int:
    return len(
        session.scalars(
            select(Draw.id).where(
                Draw.trial_id == draw.trial_id,
                Draw.number < draw.number,
                Draw.state == DrawState.VOID,
                Draw.sealed_at.is_not(None),
            )
        ).all()
    )
