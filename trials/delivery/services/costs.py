"""Logging what delivery costs, for the cost rating."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.models import Trial
from trials.database import transaction
from trials.delivery.access import OPEN, trial_for
from trials.delivery.models import Cost, CostKind
from trials.errors import BadInput, Conflict, NotReady
from trials.permissions import Actor, Permission

MOST = Decimal("9999999999.99")


def log_cost(
    session: Session,
    *,
    trial_id: int,
    item: str,
    kind: CostKind,
    euro: Decimal,
    actor: Actor,
    now: datetime,
    staff_hours: Decimal = Decimal(0),
    corrects_id: int | None = None,
    reason: str = "",
) -> Cost:
    """Log one cost of delivery, in euro and hours of staff; with ``corrects_id`` in the place of
    an earlier one, which stays readable beside its reason."""
    with transaction(session):
        trial = trial_for(session, trial_id, actor, Permission.FIDELITY_LOG)
        session.refresh(trial, with_for_update=True)
        _check(trial, item, euro, staff_hours)
        if corrects_id is not None:
            _check_correction(session, trial, corrects_id, reason)
        cost = Cost(
            trial_id=trial.id,
            item=item.strip(),
            kind=kind,
            euro=euro,
            staff_hours=staff_hours,
            corrects_id=corrects_id,
            reason=reason.strip() if corrects_id is not None else "",
            logged_by=actor.person_id,
            logged_at=now,
        )
        session.add(cost)
        session.flush()
        record(session, "cost_logged", f"trial:{trial.id}", by=actor.person_id, at=now)
    return cost


def _check(trial: Trial, item: str, euro: Decimal, staff_hours: Decimal) -> None:
    if trial.state not in OPEN:
        raise NotReady("a {state} trial logs no delivery", state=trial.state)
    if not item.strip():
        raise BadInput("name what was paid for")
    for amount in (euro, staff_hours):
        if not amount.is_finite() or not 0 <= amount <= MOST or amount != round(amount, 2):
            raise BadInput(
                "{amount} must be zero or more, with at most two decimals", amount=amount
            )


def _check_correction(session: Session, trial: Trial, corrects_id: int, reason: str) -> None:
    earlier = session.get(Cost, corrects_id)
    if earlier is None or earlier.trial_id != trial.id:
        raise BadInput("the entry to correct is not one of this trial")
    if not reason.strip():
        raise BadInput("say why the earlier entry was wrong")
    if session.scalar(select(Cost.id).where(Cost.corrects_id == corrects_id)) is not None:
        raise Conflict("this entry was corrected already; correct the newer one")
