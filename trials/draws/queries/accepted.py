"""Which risks of a roster were accepted when it was frozen, and why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.draws.access import sees_arms
from trials.draws.models import RiskKind
from trials.draws.queries.ceremony import visible_draw
from trials.errors import NotFound
from trials.permissions import Actor
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Accepted:
    kind: RiskKind
    stratum_label: str | None
    schools: tuple[str, ...]  # their names
    reason: str


def accepted_risks(session: Session, draw_id: int, actor: Actor | None) -> list[Accepted]:
    """Return the risks to those who may see the roster; raises ``NotFound`` to anyone else."""
    draw = visible_draw(session, draw_id, actor)
    if not sees_arms(actor, draw.trial):
        raise NotFound("there is no such list")
    wanted = {number for risk in draw.accepted_risks for number in risk.signups}
    rows = session.execute(select(Signup.id, Signup.school_name).where(Signup.id.in_(wanted)))
    names = dict(rows.all())
    return [
        Accepted(
            risk.kind,
            risk.stratum_label,
            tuple(names[number] for number in risk.signups),
            risk.reason,
        )
        for risk in draw.accepted_risks
    ]
