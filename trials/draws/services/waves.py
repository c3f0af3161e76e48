"""Sealing a later wave under the rule that two persons approved for all of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.draws.locking import draw_for_update
from trials.draws.models import Draw
from trials.draws.sealing import check_roster_still_true, seal_record
from trials.draws.standing import check_rule
from trials.draws.states import DrawState
from trials.errors import NotReady
from trials.permissions import Actor, Permission, require


def seal_wave(session: Session, *, draw_id: int, actor: Actor, now: datetime) -> Draw:
    """Seal a wave that was frozen under the standing rule, before a round of the beacon to come.

    No second person: two approved the rule, and nobody knows the server's secret or the beacon's
    value. Raises ``Conflict`` for a record whose rule is not the one that stands.
    """
    with transaction(session):
        draw = draw_for_update(session, draw_id)
        require(actor, Permission.DRAW_SEAL_PROPOSE, draw.trial.scope)
        if draw.state is not DrawState.COMMITTED:
            raise NotReady("a {state} draw cannot be sealed", state=draw.state)
        check_rule(session, draw)
        check_roster_still_true(draw)
        seal_record(draw, now, now)
        draw.parties[0].revealed_at = now
        record(
            session,
            "sealed",
            f"draw:{draw.id}",
            by=actor.person_id,
            at=now,
            details={
                "fingerprint": str(draw.fingerprint),
                "rule": draw.frozen_record["rule"],
            },
        )
    return draw
