"""Telling every school of a draw its group in the same moment."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.draws.letters import DRAW_RESULT
from trials.draws.locking import draw_for_update
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.errors import NotReady
from trials.mail import post
from trials.people.models import Person
from trials.permissions import Actor, Permission, require


def tell_schools(session: Session, *, draw_id: int, actor: Actor, now: datetime) -> Draw:
    """Open the result to every school of the draw at once and put their mails in the outbox.

    Told once: a second press changes nothing. Raises ``NotReady`` before the draw.
    """
    with transaction(session):
        draw = draw_for_update(session, draw_id)
        require(actor, Permission.DRAW_CARRY_OUT, draw.trial.scope)
        if draw.state is not DrawState.DRAWN:
            raise NotReady("a {state} draw has nothing to tell", state=draw.state)
        if draw.told_at is not None:
            return draw
        draw.told_at = now
        signups = {unit.signup_id: unit.signup for unit in draw.units}
        for number, signup in sorted(signups.items()):
            coordinator = session.get_one(Person, signup.coordinator_id)
            post(session, DRAW_RESULT, coordinator, now, subject_id=number)
        record(
            session,
            "schools_told",
            f"draw:{draw.id}",
            by=actor.person_id,
            at=now,
            details={"schools": len(signups)},
        )
    return draw
