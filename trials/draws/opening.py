"""Opening an enrolment of arrivals, an act of two persons: they approve its whole record."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from randomisation.canonical import canonical
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.draws.arms import arms_of
from trials.draws.arrivals import factors_of, record_of
from trials.draws.locking import draw_for_update
from trials.draws.models import Draw, DrawKind
from trials.draws.states import DrawState
from trials.errors import NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.proposals import Act, register_act
from trials.permissions import Actor, Permission, Scope

OPEN_ARRIVALS = "open_arrivals"


def opening_scopes(session: Session, draw_id: int) -> tuple[Scope, ...]:
    """Return where the roles for this opening are held."""
    return (_enrolment(session, draw_id).trial.scope,)


def opening_titles(session: Session, draw_id: int) -> tuple[str, str]:
    """Return what a desk calls the trial of this opening."""
    trial = _enrolment(session, draw_id).trial
    return trial.title_nl, trial.title_en


def what_is_opened(session: Session, draw_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """Return what the two persons see and approve: the rule, and the fingerprint of all of it."""
    draw = _enrolment(session, draw_id)
    if draw.state is not DrawState.COMMITTED:
        raise NotReady("these arrivals were opened already, or given up")
    sealed, protocol = record_of(draw), locked_protocol(session, draw.trial_id)
    titles = factors_of(protocol)
    return {
        "trial": sealed.trial,
        "trial_nl": draw.trial.title_nl,
        "trial_en": draw.trial.title_en,
        "number": draw.number,
        "rule": sealed.fingerprint,
        "arms": [asdict(arm) for arm in arms_of(draw, protocol)],
        "factors": [
            {"title_nl": titles[name][0], "title_en": titles[name][1], "weight": weight}
            for name, weight in sealed.factors.items()
        ],
        "probability": sealed.probability,
    }


def open_arrivals(
    session: Session,
    draw_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Seal the record in the approver's transaction; from then on units can arrive."""
    draw = draw_for_update(session, draw_id)
    if draw.trial.state is not TrialState.DELIVERING:
        raise NotReady("a {state} trial takes no arrivals", state=draw.trial.state)
    sealed = record_of(draw)
    draw.advance_to(DrawState.SEALED)
    draw.sealed_record, draw.fingerprint = canonical(sealed.to_dict()), sealed.fingerprint
    draw.sealed_at = draw.told_at = now  # each unit hears its arm when it arrives
    record(
        session,
        "arrivals_opened",
        f"draw:{draw.id}",
        by=approver.person_id,
        at=now,
        details={"fingerprint": draw.fingerprint, "proposed_by": proposer_id},
    )


OPENING_ACT = Act(
    name=OPEN_ARRIVALS,
    propose=Permission.DRAW_SEAL_PROPOSE,
    approve=Permission.DRAW_SEAL_APPROVE,
    scopes=opening_scopes,
    shown=what_is_opened,
    lock=draw_for_update,
    carry_out=open_arrivals,
    titles=opening_titles,
)
register_act(OPENING_ACT)


def _enrolment(session: Session, draw_id: int) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None or draw.kind is not DrawKind.ARRIVALS:
        raise NotFound("there is no such draw")
    return draw
