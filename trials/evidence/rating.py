"""Rating a trial from its records: what goes into the tables, kept beside what comes out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from statistics import harmonic_mean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.planning.designs import Cluster
from analysis.planning.power import detectable_effect
from trials.agreements.protocol import Protocol
from trials.delivery.models import Cost, CostKind
from trials.delivery.standing import standing_costs
from trials.draws.models import Draw, DrawUnit
from trials.evidence.flow import Flow
from trials.evidence.models import Rating
from trials.evidence.ratings import COST_VERSION, PADLOCKS_VERSION, cost_rating, padlock_start
from trials.measurements.models import ClassMoment, PupilCount
from trials.releases.rows import drawn_pupils
from trials.reports.models import StoredEstimate
from trials.signups.models import Signup

YEARS = 3  # of delivery, over which start-up costs are spread


def rate_months(estimate: StoredEstimate, now: datetime) -> Rating:
    """Keep the months of progress with the table they were read from."""
    contrast = estimate.result["contrasts"][0]
    return Rating(
        trial_id=estimate.trial_id,
        kind="months",
        table_version=contrast["months"]["table"],
        inputs={"effect_size": contrast["effect_sizes"][0]["value"], "estimate": estimate.number},
        value=str(contrast["months"]["value"]),
        rated_at=now,
    )


def rate_security(
    session: Session, trial_id: int, protocol: Protocol, flow: Flow, now: datetime
) -> Rating:
    """Keep the padlocks a trial starts with; reviewers weigh threats after that."""
    design, schools = design_as_drawn(session, trial_id, protocol)
    mdes = detectable_effect(design, schools).effect
    start = padlock_start(mdes=mdes, attrition=flow.attrition)
    return Rating(
        trial_id=trial_id,
        kind="padlocks",
        table_version=PADLOCKS_VERSION,
        inputs=asdict(design)
        | {"schools": schools, "mdes": mdes, "attrition": flow.attrition}
        | asdict(start),
        value=str(start.padlocks),
        rated_at=now,
    )


def design_as_drawn(session: Session, trial_id: int, protocol: Protocol) -> tuple[Cluster, int]:
    """Return the design at the draw and its schools: sizes as drawn, variances as planned."""
    units = session.execute(
        select(DrawUnit.signup_id, DrawUnit.arm, DrawUnit.stratum)
        .join(Draw)
        .where(Draw.trial_id == trial_id, DrawUnit.arm.is_not(None))
    ).all()
    sizes = _sizes(session, trial_id) or {0: protocol.size.pupils_per_site}
    treated = sum(unit.arm != protocol.control for unit in units) / len(units)
    design = Cluster(
        pupils=harmonic_mean(sizes.values()),
        icc=protocol.size.icc,
        share=treated,
        r2_school=protocol.size.r2_site,
        r2_pupil=protocol.size.r2_pupil,
        covariates=len({unit.stratum for unit in units}) - 1 + bool(protocol.baseline),
    )
    return design, len({unit.signup_id for unit in units})


def _sizes(session: Session, trial_id: int) -> dict[int, int]:
    """Return the pupils of each school at the draw, by head or, at the evaluator, by count."""
    heads = Counter(
        member.pupil.signup_id
        for member in drawn_pupils(session, trial_id, with_erased=True)
        if member.pupil.enrolled_at <= member.drawn_at
    )
    if heads:
        return dict(heads)
    counted = session.execute(
        select(PupilCount.signup_id, PupilCount.pupils)
        .join(Signup)
        .where(Signup.trial_id == trial_id, PupilCount.moment == ClassMoment.DRAW)
    )
    return {row.signup_id: row.pupils for row in counted}


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
        table_version=COST_VERSION,
        inputs=inputs,
        value=cost_rating(per_pupil),
        rated_at=now,
    )


def _euro(costs: Iterable[Cost], kind: CostKind) -> Decimal:
    return sum((cost.euro for cost in costs if cost.kind is kind), Decimal(0))
