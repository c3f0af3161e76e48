"""Who belongs in the analysis dataset: every pupil of every unit drawn, outcome or not."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.draws.models import Draw, DrawUnit
from trials.measurements.models import ClassMoment, Instrument, Measurement, Pupil, PupilClass


@dataclass(frozen=True, slots=True)
class DrawnPupil:
    """A pupil in the intention-to-treat set, with the unit that was drawn for it."""

    pupil: Pupil
    unit: DrawUnit
    drawn_at: datetime  # of its unit: the draw, or its arrival after it
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
    found_units = session.scalars(
        select(DrawUnit).join(Draw).where(Draw.trial_id == trial_id, DrawUnit.arm.is_not(None))
    )
    units = [(unit, unit.drawn_at) for unit in found_units if unit.drawn_at is not None]
    by_pupil = {u.pupil_id: (u, at) for u, at in units if u.pupil_id is not None}
    by_class = {u.class_id: (u, at) for u, at in units if u.pupil_id is None and u.class_id}
    by_signup = {
        u.signup_id: (u, at) for u, at in units if u.pupil_id is None and u.class_id is None
    }
    sites = Counter(unit.code for unit, _ in by_signup.values())
    whole_schools = {code for code, number in sites.items() if number == 1}
    arrived = {unit.class_id for unit, _ in units if unit.arrived_at and unit.class_id}
    classes = classes_at_draw(session, trial_id, arrived)
    pupils = select(Pupil).where(Pupil.trial_id == trial_id)
    if not with_erased:
        pupils = pupils.where(Pupil.erased_at.is_(None))
    for pupil in session.scalars(pupils.order_by(Pupil.pseudonym)):
        class_id = classes.get(pupil.id)
        of_class = by_class.get(class_id) if class_id else None
        if found := by_pupil.get(pupil.id) or of_class or by_signup.get(pupil.signup_id):
            unit, drawn_at = found
            yield DrawnPupil(pupil, unit, drawn_at, class_id, alone=unit.code in whole_schools)


def classes_at_draw(
    session: Session, trial_id: int, arrived: Collection[int] = ()
) -> dict[int, int]:
    """Return pupil id → class id at the moment of the draw.

    A pupil who had none then is in one of the ``arrived`` classes once listed there.
    """
    rows = session.execute(
        select(PupilClass.pupil_id, PupilClass.class_id, PupilClass.moment)
        .join(Pupil, Pupil.id == PupilClass.pupil_id)
        .where(
            Pupil.trial_id == trial_id,
            PupilClass.moment.in_((ClassMoment.DRAW, ClassMoment.DELIVERY)),
        )
    ).all()
    later = {r.pupil_id: r.class_id for r in rows if r.class_id in arrived}
    return later | {r.pupil_id: r.class_id for r in rows if r.moment is ClassMoment.DRAW}


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
