"""Rounds of testing: which schools are to be tested, what came in, what is flagged.

Nothing here tells an arm, or anything from which one follows: a tester sees every drawn school
alike, also those that left delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.agreements.models import DocumentKind
from trials.agreements.protocol import InstrumentRole, Protocol
from trials.agreements.queries import locked_document, locked_protocol
from trials.calls.models import PupilsLiveAt, Trial
from trials.errors import NotFound
from trials.measurements.comparing import drawn_day
from trials.measurements.models import (
    ClassMoment,
    Instrument,
    Measurement,
    OutcomeWave,
    Pupil,
    PupilCount,
)
from trials.permissions import Actor, Permission
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Round:
    """One round of outcome testing, as its testers and the trial manager see it."""

    wave: int
    schools: int  # drawn schools
    schools_in: int  # of those, with at least one outcome
    row: OutcomeWave | None

    @property
    def locked(self) -> bool:
        return self.row is not None and self.row.locked_at is not None


@dataclass(frozen=True, slots=True)
class SchoolToTest:
    """A drawn school and whether outcomes of this round came in."""

    signup_id: int
    school_name: str
    came_in: bool


def rounds(session: Session, trial_id: int, actor: Actor) -> list[Round]:
    """Return the rounds of a trial to whoever may send outcomes of all its schools."""
    trial = trial_to_test(session, trial_id, actor)
    protocol = locked_protocol(session, trial_id)
    return [_round(session, trial, wave) for wave in protocol.outcome_waves()]


def schools_to_test(session: Session, trial_id: int, wave: int, actor: Actor) -> list[SchoolToTest]:
    """Return every drawn school by name, alike for both arms."""
    trial = trial_to_test(session, trial_id, actor)
    came_in = _came_in(session, trial, wave)
    return [
        SchoolToTest(signup.id, signup.school_name, signup.id in came_in)
        for signup in _drawn(session, trial_id)
    ]


@dataclass(frozen=True, slots=True)
class BaselineFlag:
    """Why a school's baseline needs a word in the report."""

    signup_id: int
    missing: bool  # no pupil of the school has one
    after_draw: int  # pupils whose test was taken after the draw


def baseline_flags(session: Session, trial_id: int) -> list[BaselineFlag]:
    """Return the drawn schools whose baseline is missing or late; for the domain's own use."""
    trial = session.get_one(Trial, trial_id)
    protocol = locked_protocol(session, trial_id)
    if not protocol.baseline or trial.pupils_live_at is not PupilsLiveAt.HERE:
        return []
    signups = _drawn(session, trial_id)
    taken = _baseline_days(session, trial_id, protocol)
    flags = []
    for signup in signups:
        drawn_on = drawn_day(signup)
        days = taken.get(signup.id, [])
        late = sum(drawn_on is not None and day > drawn_on for day in days)
        if not days or late:
            flags.append(BaselineFlag(signup.id, missing=not days, after_draw=late))
    return flags


def plan_is_locked(session: Session, trial_id: int) -> bool:
    return locked_document(session, trial_id, DocumentKind.ANALYSIS_PLAN) is not None


def trial_to_test(session: Session, trial_id: int, actor: Actor) -> Trial:
    """Return a trial to whoever may send outcomes of all its schools."""
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(Permission.OUTCOMES_UPLOAD, trial.scope):
        raise NotFound("there is no such trial")
    return trial


def _round(session: Session, trial: Trial, wave: int) -> Round:
    row = session.scalar(
        select(OutcomeWave).where(OutcomeWave.trial_id == trial.id, OutcomeWave.wave == wave)
    )
    drawn = {signup.id for signup in _drawn(session, trial.id)}
    return Round(wave, len(drawn), len(drawn & _came_in(session, trial, wave)), row)


def _drawn(session: Session, trial_id: int) -> Sequence[Signup]:
    return session.scalars(
        select(Signup)
        .where(Signup.trial_id == trial_id, Signup.drawn_at.is_not(None))
        .order_by(Signup.school_name, Signup.id)
    ).all()


def _came_in(session: Session, trial: Trial, wave: int) -> set[int]:
    if trial.pupils_live_at is PupilsLiveAt.EVALUATOR:
        query = (
            select(PupilCount.signup_id)
            .join(Signup, Signup.id == PupilCount.signup_id)
            .where(
                Signup.trial_id == trial.id,
                PupilCount.moment == ClassMoment.TEST,
                PupilCount.wave == wave,
            )
        )
    else:
        query = (
            select(Pupil.signup_id)
            .join(Measurement, Measurement.pupil_id == Pupil.id)
            .join(Instrument, Instrument.id == Measurement.instrument_id)
            .where(
                Pupil.trial_id == trial.id,
                Instrument.role == InstrumentRole.OUTCOME,
                Instrument.wave == wave,
            )
            .distinct()
        )
    return set(session.scalars(query))


def _baseline_days(session: Session, trial_id: int, protocol: Protocol) -> dict[int, list]:
    """The day of each pupil's newest baseline, by school."""
    newest = (
        select(Measurement.pupil_id, func.max(Measurement.version).label("version"))
        .join(Instrument, Instrument.id == Measurement.instrument_id)
        .where(Instrument.trial_id == trial_id, Instrument.code == protocol.baseline)
        .group_by(Measurement.pupil_id)
        .subquery()
    )
    rows = session.execute(
        select(Pupil.signup_id, Measurement.taken_on)
        .join(newest, newest.c.pupil_id == Pupil.id)
        .join(
            Measurement,
            (Measurement.pupil_id == Pupil.id) & (Measurement.version == newest.c.version),
        )
        .join(Instrument, Instrument.id == Measurement.instrument_id)
        .where(Instrument.code == protocol.baseline, Measurement.value.is_not(None))
    )
    days: dict[int, list] = {}
    for signup_id, day in rows:
        days.setdefault(signup_id, []).append(day)
    return days
