"""The seal, an act of two persons: what they approve is the fingerprint of the whole record."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from randomisation import Refusal, read_record
from randomisation.canonical import canonical
from trials.agreements.models import DocumentKind
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_document, locked_protocol
from trials.audit import record
from trials.days import check_years
from trials.draws.arms import arms_of
from trials.draws.beacons import beacon_named
from trials.draws.locking import draw_for_update
from trials.draws.models import Draw, DrawParty
from trials.draws.refusals import as_bad_input
from trials.draws.states import DrawState
from trials.errors import BadInput, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.proposals import Act, register_act
from trials.permissions import Actor, Permission, Scope
from trials.signups.states import SignupState

SEAL = "seal"
BEFORE_THE_BEACON = timedelta(minutes=5)  # between the last moment to reveal and the first round


def seal_scopes(session: Session, draw_id: int) -> tuple[Scope, ...]:
    """Return where the roles for this seal are held."""
    return (_draw(session, draw_id).trial.scope,)


def seal_titles(session: Session, draw_id: int) -> tuple[str, str]:
    """Return what a desk calls the trial of this seal."""
    trial = _draw(session, draw_id).trial
    return trial.title_nl, trial.title_en


def what_is_sealed(session: Session, draw_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """Return what the two persons see and approve; ``wish`` holds ``reveal_before``, ISO 8601.

    Raises ``NotReady`` while a party has not committed or when the protocol is no longer the one
    that the roster was frozen by, ``BadInput`` for a moment that is none.
    """
    draw = _draw(session, draw_id)
    if draw.state is not DrawState.COMMITTED:
        raise NotReady("a {state} draw cannot be sealed", state=draw.state)
    reveal_before = _moment(wish.get("reveal_before"))
    sealed = _record(draw, reveal_before)
    protocol = _protocol_frozen_by(session, draw)
    return {
        "trial": sealed["trial"],
        "trial_nl": draw.trial.title_nl,
        "trial_en": draw.trial.title_en,
        "number": draw.number,
        "fingerprint": _checked(sealed),
        "units": len(sealed["units"]),
        "strata": len({unit["stratum"] for unit in sealed["units"]}),
        "arms": [asdict(arm) for arm in arms_of(draw, protocol)],
        "method": protocol.draw.method.value,
        "parties": [entry["party"] for entry in sealed["entropy"]],
        "reveal_before": reveal_before.isoformat(),
    }


def seal(
    session: Session,
    draw_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Seal the record in the approver's transaction and publish its fingerprint."""
    draw = draw_for_update(session, draw_id)
    reveal_before = _moment(shown["reveal_before"])
    if reveal_before <= now:
        raise NotReady("the last moment to reveal has passed; propose the seal again")
    check_roster_still_true(draw)
    seal_record(draw, reveal_before, now)
    record(
        session,
        "sealed",
        f"draw:{draw.id}",
        by=approver.person_id,
        at=now,
        details={"fingerprint": str(draw.fingerprint), "proposed_by": proposer_id},
    )


def seal_record(draw: Draw, reveal_before: datetime, now: datetime) -> None:
    """Seal the record of a committed draw, with the beacon's rounds after ``reveal_before``."""
    sealed = _record(draw, reveal_before)
    draw.advance_to(DrawState.SEALED)
    draw.fingerprint, draw.sealed_record = _checked(sealed), canonical(sealed)
    draw.sealed_at, draw.reveal_before = now, reveal_before
    draw.parties += [
        DrawParty(position=len(draw.parties) + k, name=name)
        for k, name in enumerate(_beacon_parties(draw, reveal_before))
    ]
    trial = draw.trial
    trial.first_sealed_at = trial.first_sealed_at or now
    if trial.state is TrialState.RECRUITING:
        trial.advance_to(TrialState.SEALED)


SEAL_ACT = Act(
    name=SEAL,
    propose=Permission.DRAW_SEAL_PROPOSE,
    approve=Permission.DRAW_SEAL_APPROVE,
    scopes=seal_scopes,
    shown=what_is_sealed,
    lock=draw_for_update,
    carry_out=seal,
    titles=seal_titles,
)
register_act(SEAL_ACT)


def _draw(session: Session, draw_id: int) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None:
        raise NotFound("there is no such draw")
    return draw


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise BadInput("give the last moment to reveal as a date and a time") from error
    if moment.tzinfo is None:
        raise BadInput("give the last moment to reveal with its time zone")
    check_years(reveal_before=moment)
    return moment


def _record(draw: Draw, reveal_before: datetime) -> dict[str, Any]:
    persons = [
        {"party": party.name, "commitment": party.commitment}
        for party in draw.parties
        if not party.is_beacon
    ]
    beacons = [{"party": name} for name in _beacon_parties(draw, reveal_before)]
    return {**draw.frozen_record, "entropy": [*persons, *beacons]}


def _beacon_parties(draw: Draw, reveal_before: datetime) -> Sequence[str]:
    """Name the rounds, all later than the last moment to reveal."""
    if not draw.beacon_rounds:
        return ()
    beacon = beacon_named(draw.beacon)
    first = beacon.round_from(reveal_before + BEFORE_THE_BEACON)
    return [beacon.party(first + k) for k in range(draw.beacon_rounds)]


def _protocol_frozen_by(session: Session, draw: Draw) -> Protocol:
    """Return the protocol in force, unless it came after the roster was frozen by another."""
    document = locked_document(session, draw.trial_id, DocumentKind.PROTOCOL)
    if document is not None and document.locked_at and document.locked_at > draw.frozen_at:
        raise NotReady(
            "the protocol was amended after the roster was frozen; "
            "give up this draw and freeze again"
        )
    return locked_protocol(session, draw.trial_id)


def _checked(sealed: dict[str, Any]) -> str:
    try:
        return read_record(sealed).fingerprint
    except Refusal as refusal:
        raise as_bad_input(refusal) from refusal


def check_roster_still_true(draw: Draw) -> None:
    """Refuse a seal of a roster that no longer holds."""
    gone = [unit for unit in draw.units if unit.signup.state is not SignupState.COMPLETE]
    if gone:
        raise NotReady(
            "{school} withdrew after the roster was frozen; give up this draw and freeze again",
            school=gone[0].signup.school_name,
        )
    if draw.trial.state not in (TrialState.RECRUITING, TrialState.DELIVERING):
        raise NotReady("a {state} trial seals no draw", state=draw.trial.state)
