"""Who may log and read delivery. Fidelity follows the arm, so it is as secret as the arm."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.days import day_of
from trials.draws.access import kept_blind
from trials.draws.models import Draw, DrawUnit
from trials.errors import BadInput, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.signups.models import Signup

OPEN = (TrialState.DELIVERING, TrialState.MEASURED)


def signup_for(session: Session, signup_id: int, actor: Actor, permission: Permission) -> Signup:
    """Return a sign-up whose delivery the actor may log or read; raises ``NotFound``."""
    signup = session.get(Signup, signup_id)
    if (
        signup is None
        or not actor.may(permission, *signup.scopes)
        or kept_blind(actor, signup.trial)
    ):
        raise NotFound("there is no such school")
    return signup


def trial_for(session: Session, trial_id: int, actor: Actor, permission: Permission) -> Trial:
    """Return a trial whose delivery the actor may log or read in all schools, else ``NotFound``."""
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(permission, trial.scope) or kept_blind(actor, trial):
        raise NotFound("there is no such trial")
    return trial


def check_open(session: Session, signup: Signup) -> None:
    """Refuse to log before the school was told its group, and after the data were released."""
    if signup.trial.state not in OPEN:
        raise NotReady("a {state} trial logs no delivery", state=signup.trial.state)
    if not arms_of_signup(session, signup.id):
        raise NotReady("this school has not heard the outcome of the draw yet")


def check_begun(session: Session, signup: Signup, last_day: date) -> None:
    """Refuse an entry about days that were all over before the school heard its group."""
    told_at = session.scalar(
        select(func.min(func.coalesce(DrawUnit.arrived_at, Draw.told_at)))
        .join(Draw, Draw.id == DrawUnit.draw_id)
        .where(DrawUnit.signup_id == signup.id, DrawUnit.arm.is_not(None))
    )
    if told_at is not None and last_day < day_of(told_at):
        raise BadInput(
            "{day} lies before {told}, when the school heard its group; check the date",
            day=last_day,
            told=day_of(told_at),
        )


def arms_of_signup(session: Session, signup_id: int) -> frozenset[str]:
    """Return the arms in a school that was told them; empty before that moment."""
    found = session.scalars(
        select(DrawUnit.arm)
        .join(Draw)
        .where(
            DrawUnit.signup_id == signup_id,
            DrawUnit.arm.is_not(None),
            Draw.told_at.is_not(None),
        )
    )
    return frozenset(arm for arm in found if arm is not None)
