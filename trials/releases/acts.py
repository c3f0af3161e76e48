"""The release of true arms, which takes two persons."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.calls.titles import trial_titles
from trials.draws.models import Draw, DrawKind
from trials.draws.states import DrawState
from trials.errors import NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.acts import Act, register_act
from trials.permissions import Actor, Permission, Scope, trial_scope
from trials.releases.queries import code_of
from trials.releases.services import make_release


def shown(session: Session, trial_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """Return what proposer and approver see: the code that was lodged, and since when."""
    trial = session.get(Trial, trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    if trial.state is not TrialState.MEASURED:
        raise NotReady("true arms can be released once the outcomes are locked, and once only")
    code = code_of(session, trial_id)
    if code is None:
        raise NotReady("the analyst must lodge the analysis code before true arms are released")
    _check_arrivals_closed(session, trial_id)
    return {
        "trial": trial.slug,
        "code_file": code.file_name,
        "code_sha256": code.sha256,
        "code_lodged_at": code.lodged_at.isoformat(),
    }


def _check_arrivals_closed(session: Session, trial_id: int) -> None:
    """Refuse while units that arrived have arms that no receipt holds yet."""
    number = session.scalar(
        select(Draw.number).where(
            Draw.trial_id == trial_id,
            Draw.kind == DrawKind.ARRIVALS,
            Draw.state == DrawState.SEALED,
        )
    )
    if number is not None:
        raise NotReady(
            "draw {number} still takes units in; close it first, so that its arms can be checked",
            number=number,
        )


def carry_out(
    session: Session,
    trial_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Release the true arms, in the approver's transaction."""
    trial = trial_for_update(session, trial_id)
    trial.advance_to(TrialState.RELEASED)
    trial.true_arms_at = now
    make_release(session, trial, masked=False, reason="", by=approver, now=now)


def scopes(session: Session, trial_id: int) -> tuple[Scope, ...]:
    return (trial_scope(trial_id),)


TRUE_ARMS = "true_arms"

register_act(
    Act(
        name=TRUE_ARMS,
        propose=Permission.TRUE_ARMS_PROPOSE,
        approve=Permission.TRUE_ARMS_APPROVE,
        scopes=scopes,
        shown=shown,
        lock=trial_for_update,
        carry_out=carry_out,
        titles=trial_titles,
    )
)
