"""What a re-randomised draw balances: the mean score of each unit before the draw, exactly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.draws.roster import RosterUnit, Target
from trials.errors import NotReady
from trials.measurements.models import ClassMoment, Instrument, Measurement, Pupil, PupilClass

PLACES = Decimal("0.000001")  # of a mean in the record


def covariates_of(
    session: Session, trial_id: int, protocol: Protocol, roster: Sequence[RosterUnit]
) -> dict[str, tuple[str, ...]]:
    """Return the means of each unit, by the key of its first target, as decimal texts.

    Raises ``NotReady`` for a unit without a single score, which could not be balanced.
    """
    scores = [_scores(session, trial_id, code) for code in protocol.draw.covariates]
    return {
        unit.targets[0].key: tuple(
            _mean(unit, found, code)
            for code, found in zip(protocol.draw.covariates, scores, strict=True)
        )
        for unit in roster
    }


def _mean(unit: RosterUnit, scores: Mapping[str, Sequence[Decimal]], code: str) -> str:
    values = [value for target in unit.targets for value in scores.get(target.key, ())]
    if not values:
        raise NotReady(
            'a unit of {school} has no score on "{instrument}" yet, and the draw balances it',
            school=unit.targets[0].signup.school_name,
            instrument=code,
        )
    mean = sum(values, Decimal(0)) / len(values)
    return format(mean.quantize(PLACES, rounding=ROUND_HALF_EVEN), "f")


def _scores(session: Session, trial_id: int, code: str) -> dict[str, list[Decimal]]:
    """Return the standing scores on an instrument, under the key of every target they count for."""
    newest: dict[int, tuple[Pupil, float | None]] = {}
    rows = session.execute(
        select(Pupil, Measurement.value)
        .join(Measurement, Measurement.pupil_id == Pupil.id)
        .join(Instrument, Instrument.id == Measurement.instrument_id)
        .where(Pupil.trial_id == trial_id, Instrument.code == code, Instrument.wave == 1)
        .order_by(Measurement.version)
    )
    for pupil, value in rows:
        newest[pupil.id] = (pupil, value)
    classes = _classes(session, newest)
    found: dict[str, list[Decimal]] = {}
    for pupil, value in newest.values():
        if value is not None and pupil.erased_at is None:
            for key in _keys(pupil, classes.get(pupil.id)):
                found.setdefault(key, []).append(Decimal(str(value)))
    return found


def _keys(pupil: Pupil, class_id: int | None) -> Iterator[str]:
    yield Target(pupil.signup, pupil_id=pupil.id).key
    yield Target(pupil.signup).key
    if class_id is not None:
        yield Target(pupil.signup, class_id=class_id).key


def _classes(session: Session, pupils: Iterable[int]) -> dict[int, int]:
    rows = session.execute(
        select(PupilClass.pupil_id, PupilClass.class_id).where(
            PupilClass.pupil_id.in_(list(pupils)), PupilClass.moment == ClassMoment.DRAW
        )
    )
    return dict(rows.all())
