"""Revealing the secrets, after which the draw follows by itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation import (
    NothingAccepted,
    Party,
    Receipt,
    RecordError,
    WrongNonce,
    draw,
    read_record,
)
from randomisation.canonical import canonical, read_json
from trials.audit import record
from trials.database import transaction
from trials.days import AMSTERDAM
from trials.draws.beacons import read_published, round_of
from trials.draws.locking import draw_for_update, lock_schools, party_of
from trials.draws.models import Draw, DrawParty
from trials.draws.parties import require_party
from trials.draws.states import DrawState
from trials.draws.voiding import is_overdue, make_void, missing_secrets, void_overdue
from trials.draws.witnessing import has_a_hand_in
from trials.errors import BadInput, Conflict, NotReady, TrialError
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission, require


def reveal_nonce(
    session: Session, *, draw_id: int, party: str, nonce: str, actor: Actor, now: datetime
) -> Draw:
    """Reveal a party's nonce; nobody sees it until the last one is in, and then the draw follows.

    A nonce that does not match is refused with ``BadInput`` and the refusal goes into the audit
    chain, without the nonce. After the deadline the seal becomes void and ``NotReady`` says so.
    """
    refusal: TrialError | None = None
    with transaction(session):
        sealed = draw_for_update(session, draw_id)
        own = party_of(sealed, party)
        require_party(actor, party, sealed.trial.scope)
        value = nonce.strip().lower()
        if own.nonce is not None and own.nonce == value:
            return sealed
        _check_open(sealed)
        if is_overdue(sealed, now):
            void_overdue(session, sealed, by=actor.person_id, at=now)
            refusal = _too_late()
        elif (wrong := _mismatch(own, value)) is not None:
            _log(session, "nonce_refused", sealed, party, actor, now)
            refusal = wrong
        else:
            _keep(session, sealed, own, value, actor, now)
            _log(session, "nonce_revealed", sealed, party, actor, now)
            _draw_if_complete(session, sealed, actor, now)
    if refusal is not None:
        raise refusal
    return sealed


def enter_beacon(
    session: Session, *, draw_id: int, party: str, published: str, actor: Actor, now: datetime
) -> Draw:
    """Enter a beacon round's value as published; with the last one in, the draw follows.

    ``published`` is the value or the JSON around it. Whoever has a hand in the secrets cannot
    enter it (``Conflict``): with both in one hand the allocation could be chosen. Raises
    ``NotReady`` before the round's time, and when a secret is missing after the deadline, which
    makes the seal void.
    """
    refusal: TrialError | None = None
    with transaction(session):
        sealed = draw_for_update(session, draw_id)
        own = party_of(sealed, party)
        require(actor, Permission.DRAW_WITNESS, sealed.trial.scope)
        if not own.is_beacon:
            raise BadInput('"{party}" is not a beacon', party=party)
        value = read_published(party, published)
        if own.nonce == value:
            return sealed
        _check_open(sealed)
        if is_overdue(sealed, now):
            void_overdue(session, sealed, by=actor.person_id, at=now)
            refusal = _too_late()
        else:
            _check_witness(sealed, own, actor, now)
            _keep(session, sealed, own, value, actor, now)
            _log(session, "beacon_entered", sealed, party, actor, now)
            _draw_if_complete(session, sealed, actor, now)
    if refusal is not None:
        raise refusal
    return sealed


def void_overdue_draw(session: Session, *, draw_id: int, actor: Actor, now: datetime) -> Draw:
    """Declare void a seal whose deadline passed with a secret missing."""
    with transaction(session):
        sealed = draw_for_update(session, draw_id)
        require(actor, Permission.DRAW_WITNESS, sealed.trial.scope)
        if not is_overdue(sealed, now):
            raise NotReady("this seal is not overdue")
        void_overdue(session, sealed, by=actor.person_id, at=now)
    return sealed


def sweep_overdue_draws(session: Session, *, now: datetime) -> list[int]:
    """Make every overdue seal void, as the system itself; returns the draws' ids."""
    with transaction(session):
        late = session.scalars(
            select(Draw.id).where(Draw.state == DrawState.SEALED, Draw.reveal_before <= now)
        ).all()
        locked = [draw_for_update(session, number) for number in late]
        overdue = [found for found in locked if is_overdue(found, now)]
        for found in overdue:
            void_overdue(session, found, by=None, at=now)
    return [found.id for found in overdue]


def _too_late() -> NotReady:
    return NotReady(
        "the time to reveal is over; this seal is void and the roster can be frozen again"
    )


def _check_open(sealed: Draw) -> None:
    if sealed.state is not DrawState.SEALED:
        raise NotReady("a {state} draw takes no secrets", state=sealed.state)
    if sealed.trial.state is TrialState.STOPPED:
        raise NotReady("this trial was stopped")


def _mismatch(own: DrawParty, value: str) -> TrialError | None:
    if own.is_beacon:
        return BadInput('"{party}" is a beacon; enter its value', party=own.name)
    if own.nonce is not None:
        return Conflict("this party has already revealed its secret")
    try:
        Party(own.name, own.commitment).check(value)
    except WrongNonce:
        return BadInput(
            "this is not the secret that was committed to; look for the right one", field="nonce"
        )
    except RecordError:
        return BadInput("a secret has 64 hexadecimal digits; copy all of it", field="nonce")
    return None


def _check_witness(sealed: Draw, own: DrawParty, actor: Actor, now: datetime) -> None:
    if own.nonce is not None:
        raise Conflict("another value was entered for this round already")
    if has_a_hand_in(actor, sealed):
        raise Conflict("you have a hand in the secrets; someone else enters the beacon's value")
    beacon, round_ = round_of(own.name)
    if now < beacon.moment(round_):
        raise NotReady(
            "this round is published at {moment}, Dutch time",
            moment=beacon.moment(round_).astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S"),
        )
    if missing_secrets(sealed):
        raise NotReady("the secrets come before the beacon; wait for the parties")


def _keep(
    session: Session, sealed: Draw, own: DrawParty, value: str, actor: Actor, now: datetime
) -> None:
    own.nonce, own.revealed_by, own.revealed_at = value, actor.person_id, now
    if _is_complete(sealed):  # schools are locked before the audit chain, as uploads do
        lock_schools(session, sealed)


def _log(
    session: Session, event: str, sealed: Draw, party: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        event,
        f"draw:{sealed.id}",
        by=actor.person_id,
        at=now,
        details={"party": party},
    )


def _is_complete(sealed: Draw) -> bool:
    return all(party.nonce is not None for party in sealed.parties)


def _draw_if_complete(session: Session, sealed: Draw, actor: Actor, now: datetime) -> None:
    if not _is_complete(sealed):
        return
    nonces = [str(party.nonce) for party in sealed.parties]
    try:
        receipt = draw(read_record(read_json(sealed.sealed_record or b"")), nonces)
    except NothingAccepted as nothing:
        make_void(session, sealed, str(nothing), by=actor.person_id, at=now)
        return
    _keep_receipt(session, sealed, receipt, actor, now)


def _keep_receipt(
    session: Session, sealed: Draw, receipt: Receipt, actor: Actor, now: datetime
) -> None:
    sealed.advance_to(DrawState.DRAWN)
    content = receipt.to_dict()
    sealed.receipt = canonical(content)
    sealed.drawn_by, sealed.drawn_at = actor.person_id, now
    for unit in sealed.units:
        unit.arm = receipt.allocation[unit.code]
        unit.signup.drawn_at = now
    trial = sealed.trial
    trial.first_drawn_at = trial.first_drawn_at or now
    if trial.state is TrialState.SEALED:
        trial.advance_to(TrialState.DELIVERING)
    record(
        session,
        "drawn",
        f"draw:{sealed.id}",
        by=actor.person_id,
        at=now,
        details={
            "fingerprint": receipt.fingerprint,
            "allocation_sha256": content["allocation_sha256"],
            "units": len(receipt.allocation),
        },
    )
