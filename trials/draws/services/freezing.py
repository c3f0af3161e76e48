"""Freezing a roster: the first step of a draw, and giving it up before it is sealed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.database import transaction
from trials.draws.beacons import EXAMPLE, beacon_named
from trials.draws.chaining import check_none_under_way, next_number, previous_receipt
from trials.draws.covariates import covariates_of
from trials.draws.freezing import Frozen, freeze
from trials.draws.locking import draw_for_update
from trials.draws.models import Draw, DrawParty, DrawUnit, StandingRule
from trials.draws.parties import PARTY_ROLES, check_parties
from trials.draws.risks import accept, risks_of
from trials.draws.roster import next_wave, roster_of
from trials.draws.standing import let_server_commit, standing_rule
from trials.draws.states import DrawState
from trials.draws.voiding import defaulted_parties, make_void
from trials.errors import BadInput, NotReady
from trials.lifecycle import TrialState
from trials.people.models import Deployment
from trials.permissions import Actor, Permission, require


def freeze_roster(
    session: Session,
    *,
    trial_id: int,
    actor: Actor,
    now: datetime,
    together: Sequence[Sequence[int]] = (),
    reasons: Mapping[str, str] = MappingProxyType({}),
    otherwise: str = "",
    secret: bytes | None = None,
    under_rule: bool = False,
) -> Draw:
    """Freeze the complete sign-ups of a trial and the protocol's rule for the next draw.

    ``together`` lists sign-ups that must share an arm. ``reasons`` accept what the roster risks,
    each by the key of its ``Risk``, ``otherwise`` every other; ``NotReady`` without. ``secret``
    makes salt and pseudonyms; it comes from the system's randomness unless a demonstration brings
    its own. A party that let an earlier seal of this wave go void is replaced by a round of the
    beacon. ``under_rule`` freezes a later wave under the standing rule: then the server alone
    brings a secret.
    """
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.DRAW_FREEZE, trial.scope)
        _check_fixed_secret(session, secret)
        protocol = _protocol_to_draw_by(session, trial)
        rule = _rule(session, trial, protocol) if under_rule else None
        check_none_under_way(session, trial)
        wave = next_wave(session, trial.id)
        roster = roster_of(session, trial.id, protocol, wave=wave, together=together)
        accepted = accept(risks_of(session, roster, protocol), reasons, otherwise=otherwise)
        frozen = freeze(
            roster,
            protocol,
            trial=_name_of(trial, protocol, wave),
            wave=wave,
            secret=secret or secrets.token_bytes(32),
            covariates=covariates_of(session, trial.id, protocol, roster),
            rule=rule.fingerprint if rule else None,
            previous=previous_receipt(session, trial),
        )
        draw = _new_draw(session, trial, wave, frozen, protocol)
        draw.frozen_by, draw.frozen_at = actor.person_id, now
        draw.accepted_risks = accepted
        if rule is not None:
            let_server_commit(draw, rule, now)
        session.add(draw)
        session.flush()
        _note(session, draw, actor, now)
    return draw


def give_up_draw(
    session: Session, *, draw_id: int, reason: str, actor: Actor, now: datetime
) -> Draw:
    """Let go of a draw that is not sealed yet, so that its roster can be frozen anew.

    A seal cannot be given up: whoever knows the outcome could draw again until it pleases.
    """
    with transaction(session):
        draw = draw_for_update(session, draw_id)
        require(actor, Permission.DRAW_FREEZE, draw.trial.scope)
        if draw.state not in (DrawState.FROZEN, DrawState.COMMITTED):
            raise NotReady("a draw that was sealed cannot be given up")
        if not reason.strip():
            raise BadInput("say why the draw is given up")
        make_void(session, draw, reason.strip(), by=actor.person_id, at=now)
    return draw


def _new_draw(
    session: Session, trial: Trial, wave: int, frozen: Frozen, protocol: Protocol
) -> Draw:
    parties, beacon, rounds = _ceremony(session, trial, protocol, wave)
    draw = Draw(
        trial=trial,
        number=next_number(session, trial),
        wave=wave,
        live_key=f"{trial.id}:{wave}",
        beacon=beacon,
        beacon_rounds=rounds,
        state=DrawState.FROZEN,
        frozen_record=frozen.record,
    )
    draw.parties = [DrawParty(position=k, name=name) for k, name in enumerate(parties)]
    draw.units = _rows(frozen)
    return draw


def _note(session: Session, draw: Draw, actor: Actor, now: datetime) -> None:
    record(
        session,
        "roster_frozen",
        f"draw:{draw.id}",
        by=actor.person_id,
        at=now,
        details={
            "trial": draw.trial_id,
            "wave": draw.wave,
            "units": len(draw.frozen_record["units"]),
            "accepted_risks": " ".join(str(risk.id) for risk in draw.accepted_risks),
        },
    )


def _name_of(trial: Trial, protocol: Protocol, wave: int) -> str:
    """Return the trial's name in the record: with the years of a crossover, and a later wave."""
    years = "+".join(protocol.draw.school_years)
    later = f"wave-{wave}" if wave > 1 else ""
    return "/".join(filter(None, (trial.slug, years, later)))


def _protocol_to_draw_by(session: Session, trial: Trial) -> Protocol:
    if trial.state not in (TrialState.RECRUITING, TrialState.DELIVERING):
        raise NotReady("a {state} trial draws no schools", state=trial.state)
    return locked_protocol(session, trial.id)


def _rule(session: Session, trial: Trial, protocol: Protocol) -> StandingRule:
    """Return the standing rule; the first draw of a trial is a ceremony of persons."""
    if trial.first_drawn_at is None:
        raise NotReady("the first draw of a trial is sealed by two persons, not under a rule")
    return standing_rule(session, trial, protocol)


def _ceremony(
    session: Session, trial: Trial, protocol: Protocol, wave: int
) -> tuple[list[str], str, int]:
    """Return who brings a secret, which beacon is used, and how many of its rounds."""
    rule, failed = protocol.draw, defaulted_parties(session, trial.id, wave)
    left = [name for name in rule.parties if name not in failed]
    parties = left or [name for name in PARTY_ROLES if name not in failed][:1]
    check_parties(parties)
    beacon = beacon_named(rule.beacon).name if rule.beacon else ""
    if failed and not beacon:
        beacon = beacon_named("drand").name
    if beacon == EXAMPLE and not _is_demonstration(session):
        raise BadInput("the example beacon is for demonstrations only; everybody can foresee it")
    return parties, beacon, (1 if rule.beacon else 0) + len(failed)


def _check_fixed_secret(session: Session, secret: bytes | None) -> None:
    if secret is not None and not _is_demonstration(session):
        raise BadInput("a fixed secret is for demonstrations only; everybody can know it")


def _is_demonstration(session: Session) -> bool:
    deployment = session.get(Deployment, 1)
    return deployment is not None and deployment.demonstration


def _rows(frozen: Frozen) -> list[DrawUnit]:
    return [
        DrawUnit(
            target=target.key,
            code=unit.code,
            stratum=unit.stratum,
            stratum_label=unit.unit.stratum,
            signup_id=target.signup.id,
            class_id=target.class_id,
            pupil_id=target.pupil_id,
        )
        for unit in frozen.units
        for target in unit.unit.targets
    ]
