"""Sign-ups, each as far as the reader may know it."""

from collections.abc import Sequence

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, joinedload

from trials.calls.models import Trial
from trials.errors import NotFound
from trials.permissions import Actor, Permission, Role, ScopeKind
from trials.signups.models import Signup
from trials.signups.states import SignupState


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
    trial = trial_by_id(session, trial_id)
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


def trial_by_id(session: Session, trial_id: int) -> Trial:
    trial = session.get(Trial, trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    return trial


def own_signup(session: Session, slug: str, site_id: int, actor: Actor) -> Signup | None:
    """Return the actor's own running sign-up of a site for a trial, if there is one."""
    signup = session.scalar(
        select(Signup)
        .join(Signup.trial)
        .where(Trial.slug == slug, Signup.site_id == site_id)
        .where(Signup.state.not_in((SignupState.INELIGIBLE, SignupState.WITHDRAWN)))
    )
    may = signup is not None and actor.may(Permission.SIGNUP_EDIT, *signup.scopes)
    return signup if may else None
