"""Loading what a use case changes, locked in one order: the trial, then its draw."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.loading import trial_for_update
from trials.draws.models import Draw, DrawParty
from trials.errors import NotFound
from trials.signups.models import Signup


def draw_for_update(session: Session, draw_id: int) -> Draw:
    """Load and lock a draw and its trial; raises ``NotFound``."""
    seen = session.get(Draw, draw_id)
    if seen is None:
        raise NotFound("there is no such draw")
    trial_for_update(session, seen.trial_id)
    draw = session.get(Draw, draw_id, with_for_update=True, populate_existing=True)
    if draw is None:
        raise NotFound("there is no such draw")
    return draw


def lock_schools(session: Session, draw: Draw) -> None:
    """Lock the sign-ups of a draw, in one order."""
    numbers = {unit.signup_id for unit in draw.units}
    session.scalars(
        select(Signup.id).where(Signup.id.in_(numbers)).order_by(Signup.id).with_for_update()
    ).all()


def party_of(draw: Draw, name: str) -> DrawParty:
    """Return a party of a draw; raises ``NotFound``."""
    found = next((party for party in draw.parties if party.name == name), None)
    if found is None:
        raise NotFound('the party "{party}" has no part in this draw', party=name)
    return found
