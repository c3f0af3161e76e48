"""How recruitment goes, in exact counts, and the log of approaches."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from trials.errors import NotFound
from trials.permissions import Actor, Permission, Role
from trials.signups.models import Answer, Approach, Signup
from trials.signups.places import places_taken
from trials.signups.queries.calls import call_of_trial
from trials.signups.queries.signups import trial_by_id
from trials.signups.states import HOLDS_A_PLACE, SignupState


@dataclass(frozen=True, slots=True)
class Recruitment:
    """How recruitment goes, in exact counts of schools; None where the reader may not know."""

    places: int
    taken: int
    approached: int  # sites
    answers: dict[Answer, int]  # by the newest answer of each site
    states: dict[SignupState, int] | None
    places_taken_at: tuple[datetime, ...] | None  # in order, for the plot


def recruitment(session: Session, trial_id: int, actor: Actor) -> Recruitment:
    """Return the counts of recruitment; the states of sign-ups stay hidden from a recruiter."""
    trial = trial_by_id(session, trial_id)
    call = call_of_trial(session, trial_id)
    if call is None or not actor.may(Permission.RECRUITMENT_READ, trial.scope):
        raise NotFound("there is no such list")
    newest = {approach.site_id: approach.answer for approach in _approaches(session, trial_id)}
    blind = actor.holds(Role.RECRUITER, trial.scope)
    return Recruitment(
        places=call.places,
        taken=places_taken(session, trial_id),
        approached=len(newest),
        answers=dict(Counter(newest.values())),
        states=None if blind else _states(session, trial_id),
        places_taken_at=None if blind else _taken_at(session, trial_id),
    )


def approach_log(session: Session, trial_id: int, actor: Actor) -> list[Approach]:
    """Return every approach, newest first, to whoever follows recruitment."""
    trial = trial_by_id(session, trial_id)
    if not actor.may(Permission.RECRUITMENT_READ, trial.scope):
        raise NotFound("there is no such list")
    return _approaches(session, trial_id)[::-1]


def _approaches(session: Session, trial_id: int) -> list[Approach]:
    return list(
        session.scalars(
            select(Approach)
            .where(Approach.trial_id == trial_id)
            .options(joinedload(Approach.site))
            .order_by(Approach.approached_at, Approach.id)
        ).all()
    )


def _states(session: Session, trial_id: int) -> dict[SignupState, int]:
    rows = session.execute(
        select(Signup.state, func.count()).where(Signup.trial_id == trial_id).group_by(Signup.state)
    )
    return {row[0]: row[1] for row in rows}


def _taken_at(session: Session, trial_id: int) -> tuple[datetime, ...]:
    moments = session.scalars(
        select(Signup.submitted_at)
        .where(Signup.trial_id == trial_id, Signup.state.in_(HOLDS_A_PLACE))
        .order_by(Signup.submitted_at)
    )
    return tuple(moment for moment in moments if moment is not None)
