"""The draws of a trial one after another: numbered, one at a time, chained by their receipts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from randomisation.canonical import digest, read_json
from trials.calls.models import Trial
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.errors import Conflict


def check_none_under_way(session: Session, trial: Trial) -> None:
    """Refuse with ``Conflict`` while a draw, or an enrolment of arrivals, is not finished."""
    live = session.scalar(
        select(Draw).where(
            Draw.trial_id == trial.id, Draw.state.not_in((DrawState.DRAWN, DrawState.VOID))
        )
    )
    if live is not None:
        raise Conflict(
            "draw {number} of this trial is under way; finish it first", number=live.number
        )


def next_number(session: Session, trial: Trial) -> int:
    """Return the number of the next draw of a trial, void ones counted."""
    highest = session.scalar(select(func.max(Draw.number)).where(Draw.trial_id == trial.id))
    return (highest or 0) + 1


def previous_receipt(session: Session, trial: Trial) -> str | None:
    """Return the hash of the receipt before, which chains the waves of a trial."""
    receipt = session.scalar(
        select(Draw.receipt)
        .where(Draw.trial_id == trial.id, Draw.state == DrawState.DRAWN)
        .order_by(Draw.wave.desc())
        .limit(1)
    )
    return None if receipt is None else digest(read_json(receipt))
