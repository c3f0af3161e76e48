"""A party commits to a secret nonce: only the commitment is ever stored here."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.draws.locking import draw_for_update, party_of
from trials.draws.models import Draw
from trials.draws.parties import require_party
from trials.draws.states import DrawState
from trials.errors import BadInput, Conflict, NotReady
from trials.permissions import Actor

HEX_64 = re.compile(r"[0-9a-f]{64}")


def commit_nonce(
    session: Session, *, draw_id: int, party: str, commitment: str, actor: Actor, now: datetime
) -> Draw:
    """Store the commitment of a party; with the last one in, the draw is committed.

    The same commitment sent twice is taken once. Raises ``BadInput`` when it is malformed,
    ``Conflict`` when the party or the person already committed to something.
    """
    with transaction(session):
        draw = draw_for_update(session, draw_id)
        own = party_of(draw, party)
        require_party(actor, party, draw.trial.scope)
        value = commitment.strip().lower()
        if own.commitment == value and own.committed_by == actor.person_id:
            return draw
        if draw.state is not DrawState.FROZEN:
            raise NotReady("a {state} draw takes no commitments", state=draw.state)
        _check(draw, own.commitment, value, actor)
        own.commitment, own.committed_by, own.committed_at = value, actor.person_id, now
        if all(each.commitment for each in draw.parties):
            draw.advance_to(DrawState.COMMITTED)
        record(
            session,
            "nonce_committed",
            f"draw:{draw.id}",
            by=actor.person_id,
            at=now,
            details={"party": party},
        )
    return draw


def _check(draw: Draw, present: str | None, value: str, actor: Actor) -> None:
    if not HEX_64.fullmatch(value):
        raise BadInput("a commitment has 64 hexadecimal digits; copy all of it", field="commitment")
    if present is not None:
        raise Conflict("this party has already committed to another secret")
    for other in draw.parties:
        if other.committed_by == actor.person_id:
            raise Conflict(
                'you already committed for "{party}"; another person must do this one',
                party=other.name,
            )
        if other.commitment == value:
            raise Conflict("another party committed to the same; make a secret of your own")
