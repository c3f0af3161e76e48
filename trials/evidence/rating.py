"""Rating a trial from its records: what goes into the tables, kept beside what comes out."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from analysis.planning.power import detectable_effect
from trials.agreements.protocol import Protocol
from trials.delivery.models import Cost, CostKind
from trials.delivery.standing import standing_costs
from trials.evidence.as_drawn import design_as_drawn
from trials.evidence.flow import Flow
from trials.evidence.models import Rating
from trials.evidence.ratings import COST_VERSION, PADLOCKS_VERSION, cost_rating, padlock_start
from trials.reports.models import StoredEstimate

YEARS = 3  # of delivery, over which start-up costs are spread


def ratings_of(
    session: Session, estimate: StoredEstimate, protocol: Protocol, flow: Flow, now: datetime
) -> list[Rating]:
    """Return every rating of a result: months of each arm, security, and cost where recorded."""
    trial_id = estimate.trial_id
    cost = rate_cost(session, trial_id, protocol, flow, now)
    return [
        *rate_months(estimate, now),
        rate_security(session, trial_id, protocol, flow, now),
        *([cost] if cost is not None else []),
    ]


def rate_months(estimate: StoredEstimate, now: datetime) -> list[Rating]:
    """Return the months of progress of each arm with the table they were read from."""
    return [
        Rating(
            trial_id=estimate.trial_id,
            kind="months",
            arm=contrast["arm"],
            table_version=contrast["months"]["table"],
            inputs={
                "effect_size": contrast["effect_sizes"][0]["value"],
                "estimate": estimate.number,
            },
            value=str(contrast["months"]["value"]),
            rated_at=now,
        )
        for contrast in estimate.result["contrasts"]
    ]


def rate_security(
    session: Session, trial_id: int, protocol: Protocol, flow: Flow, now: datetime
) -> Rating:
    """Return the padlocks a trial starts with; reviewers weigh threats after that."""
    drawn = design_as_drawn(session, trial_id, protocol)
    mdes = detectable_effect(drawn.design, drawn.schools).effect
    start = padlock_start(mdes=mdes, attrition=flow.attrition)
    return Rating(
        trial_id=trial_id,
        kind="padlocks",
        arm="",
        table_version=PADLOCKS_VERSION,
        inputs=asdict(drawn.design)
        | {"design": drawn.name, "schools": drawn.schools, "mdes": mdes}
        | {"attrition": flow.attrition}
        | asdict(start),
        value=str(start.padlocks),
        rated_at=now,
    )


def rate_cost(
    session: Session, trial_id: int, protocol: Protocol, flow: Flow, now: datetime
) -> Rating | None:
    """Keep the yearly cost per pupil in the intervention arms; None without recorded costs.

    As the EEF does, over three years of delivery: a third of the start-up costs and one year of
    the recurring ones.
    """
    costs = standing_costs(session, trial_id)
    start_up = _euro(costs, CostKind.START_UP)
    recurring = _euro(costs, CostKind.RECURRING)
    hours = sum((cost.staff_hours for cost in costs), Decimal(0))
    pupils = sum(arm.pupils_drawn for arm in flow.arms if arm.arm != protocol.control)
    if not costs or not pupils:
        return None
    per_pupil = ((start_up / YEARS + recurring) / pupils).quantize(Decimal("0.01"))
    inputs: dict[str, Any] = {
        "start_up": str(start_up),
        "recurring": str(recurring),
        "years": YEARS,
        "staff_hours": str(hours),
        "pupils": pupils,
        "per_pupil": str(per_pupil),
    }
    return Rating(
        trial_id=trial_id,
        kind="cost",
        arm="",
        table_version=COST_VERSION,
        inputs=inputs,
        value=cost_rating(per_pupil),
        rated_at=now,
    )


def _euro(costs: Iterable[Cost], kind: CostKind) -> Decimal:
    return sum((cost.euro for cost in costs if cost.kind is kind), Decimal(0))
