"""Which schools sent which files, as yes or no; for the domain and the pages' lists."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import InstrumentRole
from trials.calls.models import PupilsLiveAt, Trial
from trials.measurements.models import ClassMoment, Instrument, Measurement, Pupil, PupilCount
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Ids of the sign-ups that sent something."""

    pupils: set[int] = field(default_factory=set)
    baseline: set[int] = field(default_factory=set)
    outcomes: dict[int, set[int]] = field(default_factory=dict)  # by round


def sent_files(session: Session, trial: Trial, signup_id: int | None = None) -> SentFiles:
    """Return what came in of a trial, or of one school; it asks for no permission."""
    return _here(session, trial, signup_id) if pupils_are_here(trial) else _there(session, trial)


def pupils_are_here(trial: Trial) -> bool:
    return trial.pupils_live_at is PupilsLiveAt.HERE


def _here(session: Session, trial: Trial, signup_id: int | None) -> SentFiles:
    where = [Pupil.trial_id == trial.id]
    if signup_id is not None:
        where.append(Pupil.signup_id == signup_id)
    sent = SentFiles(pupils=set(session.scalars(select(Pupil.signup_id).where(*where))))
    rows = session.execute(
        select(Pupil.signup_id, Instrument.role, Instrument.wave)
        .join(Measurement, Measurement.pupil_id == Pupil.id)
        .join(Instrument, Instrument.id == Measurement.instrument_id)
        .where(*where)
        .distinct()
    )
    for school, role, wave in rows:
        if role is InstrumentRole.OUTCOME:
            sent.outcomes.setdefault(wave, set()).add(school)
        elif role is InstrumentRole.BASELINE:
            sent.baseline.add(school)
    return sent


def _there(session: Session, trial: Trial) -> SentFiles:
    """Pupils live with the evaluator: counts say who sent."""
    sent = SentFiles()
    rows = session.execute(
        select(PupilCount.signup_id, PupilCount.moment, PupilCount.wave)
        .join(Signup, Signup.id == PupilCount.signup_id)
        .where(Signup.trial_id == trial.id)
    )
    for school, moment, wave in rows:
        if moment is ClassMoment.TEST:
            sent.outcomes.setdefault(wave, set()).add(school)
        else:
            sent.pupils.add(school)
    return sent
