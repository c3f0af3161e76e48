"""Who belongs in the analysis dataset: every pupil of every unit drawn, outcome or not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.draws.models import Draw, DrawUnit
from trials.draws.states import DrawState
from trials.measurements.models import ClassMoment, Instrument, Measurement, Pupil, PupilClass


@dataclass(frozen=True, slots=True)
class DrawnPupil:
    """A pupil in the intention-to-treat set, with the unit that was drawn for it."""

    pupil: Pupil
    unit: DrawUnit
    drawn_at: datetime
    class_id: int | None  # at the draw
    alone: bool  # the unit stands for one whole school


@dataclass(frozen=True, slots=True)
class Scores:
    """The newest version of every score: pupil id → (instrument id → measurement)."""

    by_pupil: dict[int, dict[int, Measurement]]
    instruments: tuple[Instrument, ...]  # baseline first, then by wave and code


def drawn_pupils(
    session: Session, trial_id: int, *, with_erased: bool = False
) -> Iterator[DrawnPupil]:
    """Yield the intention-to-treat set.

    Pupils whose data were erased are left out, unless their tombstones are to be counted.
    """
    found_units = session.execute(
        select(DrawUnit, Draw.drawn_at)
        .join(Draw)
        .where(Draw.trial_id == trial_id, Draw.state == DrawState.DRAWN)
    )
    units = [(unit, at) for unit, at in found_units if at is not None]
    by_pupil = {u.pupil_id: (u, at) for u, at in units if u.pupil_id is not None}
    by_class = {u.class_id: (u, at) for u, at in units if u.pupil_id is None and u.class_id}
    by_signup = {
        u.signup_id: (u, at) for u, at in units if u.pupil_id is None and u.class_id is None
    }
    sites = Counter(unit.code for unit, _ in by_signup.values())
    whole_schools = {code for code, number in sites.items() if number == 1}
    classes = classes_at_draw(session, trial_id)
    pupils = select(Pupil).where(Pupil.trial_id == trial_id)
    if not with_erased:
        pupils = pupils.where(Pupil.erased_at.is_(None))
    for pupil in session.scalars(pupils.order_by(Pupil.pseudonym)):
        class_id = classes.get(pupil.id)
        of_class = by_class.get(class_id) if class_id else None
        if found := by_pupil.get(pupil.id) or of_class or by_signup.get(pupil.signup_id):
            unit, drawn_at = found
            yield DrawnPupil(pupil, unit, drawn_at, class_id, alone=unit.code in whole_schools)


def classes_at_draw(session: Session, trial_id: int) -> dict[int, int]:
    """Return pupil id → class id at the moment of the draw."""
    rows = session.execute(
        select(PupilClass.pupil_id, PupilClass.class_id)
        .join(Pupil, Pupil.id == PupilClass.pupil_id)
        .where(Pupil.trial_id == trial_id, PupilClass.moment == ClassMoment.DRAW)
    )
    return {row.pupil_id: row.class_id for row in rows}


def scores_of_trial(session: Session, trial_id: int) -> Scores:
    """Gather the newest version of every score of a trial."""
    instruments = session.scalars(
        select(Instrument)
        .where(Instrument.trial_id == trial_id)
        .order_by(Instrument.role, Instrument.wave, Instrument.code)
    ).all()
    by_pupil: dict[int, dict[int, Any]] = {}
    measurements = (
        select(Measurement)
        .join(Instrument)
        .where(Instrument.trial_id == trial_id)
        .order_by(Measurement.version)
    )
    for measurement in session.scalars(measurements):
        by_pupil.setdefault(measurement.pupil_id, {})[measurement.instrument_id] = measurement
    return Scores(by_pupil, tuple(instruments))
