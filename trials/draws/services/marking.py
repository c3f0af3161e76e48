"""Marking a mistake beside the truth: nothing is re-drawn and no place is returned."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.draws.access import sees_arms
from trials.draws.locking import draw_for_update
from trials.draws.models import DrawMark
from trials.draws.states import DrawState
from trials.errors import BadInput, NotAllowed, NotReady
from trials.permissions import Actor


def mark_mistake(
    session: Session,
    *,
    draw_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    unit_code: str | None = None,
) -> DrawMark:
    """Write down a mistake that was found after the draw, about one unit or all of it."""
    with transaction(session):
        draw = draw_for_update(session, draw_id)
        if not sees_arms(actor, draw.trial):
            raise NotAllowed("your role does not allow this here")
        if draw.state is not DrawState.DRAWN:
            raise NotReady("a mistake is marked after the draw")
        if not text.strip():
            raise BadInput("say what went wrong")
        if unit_code is not None and unit_code not in {unit.code for unit in draw.units}:
            raise BadInput('there is no unit "{unit}" in this draw', unit=unit_code)
        mark = DrawMark(
            draw_id=draw.id,
            unit_code=unit_code,
            text=text.strip(),
            marked_by=actor.person_id,
            marked_at=now,
        )
        session.add(mark)
        session.flush()
        record(session, "mistake_marked", f"draw:{draw.id}", by=actor.person_id, at=now)
    return mark
