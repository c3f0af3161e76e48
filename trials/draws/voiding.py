"""Making a draw void: in public, naming the party, and with a way on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.draws.models import Draw, DrawParty
from trials.draws.states import DrawState
from trials.lifecycle import TrialState


def missing_secrets(draw: Draw) -> list[DrawParty]:
    """Return the parties that have not revealed yet, beacons apart."""
    return [party for party in draw.parties if not party.is_beacon and party.nonce is None]


def is_overdue(draw: Draw, now: datetime) -> bool:
    """Say whether a sealed draw's deadline passed with a secret missing."""
    return (
        draw.state is DrawState.SEALED
        and draw.reveal_before is not None
        and now >= draw.reveal_before
        and bool(missing_secrets(draw))
    )


def void_overdue(session: Session, draw: Draw, *, by: int | None, at: datetime) -> None:
    """Make an overdue draw void, naming who did not reveal."""
    names = ", ".join(party.name for party in missing_secrets(draw))
    make_void(session, draw, f"not revealed in time: {names}", by=by, at=at)


def make_void(session: Session, draw: Draw, reason: str, *, by: int | None, at: datetime) -> None:
    """End a draw without allocation; a void first seal returns the trial to recruiting."""
    draw.advance_to(DrawState.VOID)
    draw.void_reason = reason
    if draw.trial.state is TrialState.SEALED:
        draw.trial.advance_to(TrialState.RECRUITING)
    record(session, "draw_void", f"draw:{draw.id}", by=by, at=at)


def defaulted_parties(session: Session, trial_id: int, wave: int) -> set[str]:
    """Return the parties that let an earlier seal of this wave go void."""
    voided = session.scalars(
        select(Draw).where(
            Draw.trial_id == trial_id,
            Draw.wave == wave,
            Draw.state == DrawState.VOID,
            Draw.sealed_at.is_not(None),
        )
    )
    return {party.name for draw in voided for party in missing_secrets(draw)}
