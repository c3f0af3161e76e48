"""Which schools of a trial sent what, for its manager: exact counts, no scores."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.errors import NotFound
from trials.measurements.models import ClassMoment, Objection, Pupil, PupilCount
from trials.measurements.queries.sent import pupils_are_here, sent_files
from trials.measurements.rows import SIGNED
from trials.permissions import Actor, Permission
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school in the trial manager's list of files."""

    signup: Signup
    pupils: int
    objections: int
    baseline_came: bool
    outcomes_came: bool


@dataclass(frozen=True, slots=True)
class SchoolsPupils:
    """The files of a trial, school by school."""

    trial: Trial
    lines: tuple[SchoolLine, ...]


def schools_pupils(session: Session, trial_id: int, actor: Actor) -> SchoolsPupils:
    """Return which schools sent what, to the trial manager; exact counts, no scores."""
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(Permission.PUPILS_READ, trial.scope):
        raise NotFound("there is no such trial")
    sent, listed = sent_files(session, trial), _listed(session, trial)
    objections = _objections_by_school(session, trial_id)
    outcomes = set().union(*sent.outcomes.values())
    signups = session.scalars(
        select(Signup)
        .where(Signup.trial_id == trial_id, Signup.state.in_(SIGNED) | Signup.drawn_at.is_not(None))
        .order_by(Signup.school_name, Signup.id)
    )
    lines = tuple(
        SchoolLine(
            signup,
            listed.get(signup.id, 0),
            objections.get(signup.id, 0),
            signup.id in sent.baseline,
            signup.id in outcomes,
        )
        for signup in signups
    )
    return SchoolsPupils(trial, lines)


def _listed(session: Session, trial: Trial) -> dict[int, int]:
    if pupils_are_here(trial):
        rows = session.execute(
            select(Pupil.signup_id, func.count())
            .where(Pupil.trial_id == trial.id, Pupil.erased_at.is_(None))
            .group_by(Pupil.signup_id)
        )
    else:
        rows = session.execute(
            select(PupilCount.signup_id, PupilCount.pupils)
            .join(Signup, Signup.id == PupilCount.signup_id)
            .where(Signup.trial_id == trial.id, PupilCount.moment == ClassMoment.DRAW)
        )
    return {row[0]: row[1] for row in rows}


def _objections_by_school(session: Session, trial_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Objection.signup_id, func.sum(Objection.number_of_pupils))
        .join(Signup, Signup.id == Objection.signup_id)
        .where(Signup.trial_id == trial_id, Objection.instrument_code == "")
        .group_by(Objection.signup_id)
    )
    return {row[0]: int(row[1]) for row in rows}
