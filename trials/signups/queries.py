"""Reading calls for schools, sign-ups and recruitment, each as far as the reader may know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from trials.calls.models import Trial
from trials.errors import NotFound
from trials.permissions import Actor, Permission, Role, ScopeKind
from trials.signups.models import Answer, Approach, BoardSignature, SchoolCall, Signup
from trials.signups.places import places_taken
from trials.signups.rows import TAKES_SCHOOLS
from trials.signups.states import HOLDS_A_PLACE, SignupState


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call for schools as everyone may see it."""

    call: SchoolCall
    taken: int  # places; an exact count of schools
    open: bool  # at this moment

    @property
    def full(self) -> bool:
        return self.taken >= self.call.places


def school_call(session: Session, slug: str, now: datetime) -> OpenCall:
    """Return the call for schools of a trial by its public name."""
    call = session.scalar(
        select(SchoolCall)
        .join(SchoolCall.trial)
        .where(Trial.slug == slug)
        .options(joinedload(SchoolCall.trial))
    )
    if call is None:
        raise NotFound("there is no such call for schools")
    return _seen(session, call, now)


def open_school_calls(session: Session, now: datetime) -> list[OpenCall]:
    """Return the calls that take schools now, the one that closes first on top."""
    calls = session.scalars(
        select(SchoolCall)
        .join(SchoolCall.trial)
        .where(
            Trial.state.in_(TAKES_SCHOOLS),
            SchoolCall.opens_at <= now,
            SchoolCall.closes_at > now,
        )
        .options(joinedload(SchoolCall.trial))
        .order_by(SchoolCall.closes_at, SchoolCall.id)
    )
    return [_seen(session, call, now) for call in calls]


def _seen(session: Session, call: SchoolCall, now: datetime) -> OpenCall:
    within = call.opens_at <= now < call.closes_at
    return OpenCall(
        call=call,
        taken=places_taken(session, call.trial_id),
        open=within and call.trial.state in TAKES_SCHOOLS,
    )


def call_of_trial(session: Session, trial_id: int) -> SchoolCall | None:
    """Return the call for schools of a trial, which is public, or None before it opens."""
    return session.scalar(select(SchoolCall).where(SchoolCall.trial_id == trial_id))


def signup_for(session: Session, signup_id: int, actor: Actor) -> Signup:
    """Return a sign-up to someone who may read it; to others it does not exist."""
    signup = session.get(Signup, signup_id)
    if signup is None or not actor.may(Permission.SIGNUP_READ, *signup.scopes):
        raise NotFound("there is no such sign-up")
    return signup


def readable_signups(session: Session, actor: Actor, permission: Permission) -> Sequence[Signup]:
    """Return every sign-up for which ``permission`` is held, newest first."""
    reach = {
        ScopeKind.SIGNUP: Signup.id,
        ScopeKind.TRIAL: Signup.trial_id,
        ScopeKind.BOARD: Signup.board_id,
    }
    conditions = []
    for kind, column in reach.items():
        ids = actor.scope_ids(permission, kind)
        if ids is None:
            conditions = [Signup.id.is_not(None)]
            break
        if ids:
            conditions.append(column.in_(ids))
    return session.scalars(
        select(Signup)
        .where(or_(false(), *conditions))
        .options(joinedload(Signup.trial))
        .order_by(Signup.id.desc())
    ).all()


def signups_of_trial(session: Session, trial_id: int, actor: Actor) -> Sequence[Signup]:
    """Return the schools of a trial with their status, by name.

    For the trial manager and the council; a recruiter learns no school's status, since the
    fill of strata would follow from it.
    """
    trial = _trial(session, trial_id)
    may = actor.may(Permission.SIGNUP_READ, trial.scope) or (
        actor.may(Permission.RECRUITMENT_READ, trial.scope)
        and not actor.holds(Role.RECRUITER, trial.scope)
    )
    if not may or actor.holds(Role.OUTCOME_TESTER, trial.scope):
        raise NotFound("there is no such list")
    return session.scalars(
        select(Signup)
        .where(Signup.trial_id == trial_id)
        .options(joinedload(Signup.site), joinedload(Signup.board))
        .order_by(Signup.school_name, Signup.id)
    ).all()


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
    trial = _trial(session, trial_id)
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
    trial = _trial(session, trial_id)
    if not actor.may(Permission.RECRUITMENT_READ, trial.scope):
        raise NotFound("there is no such list")
    return _approaches(session, trial_id)[::-1]


def signature_of(session: Session, signup: Signup) -> BoardSignature | None:
    """Return the board's signature under the sign-up as it stands."""
    if signup.submitted_at is None:
        return None
    return session.scalar(
        select(BoardSignature).where(
            BoardSignature.signup_id == signup.id,
            BoardSignature.signed_at >= signup.submitted_at,
        )
    )


def _trial(session: Session, trial_id: int) -> Trial:
    trial = session.get(Trial, trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    return trial


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
