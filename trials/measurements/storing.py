"""Writing checked rows: pupils, their classes and their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.errors import BadInput
from trials.measurements.checking import Intent, refuse_if_any
from trials.measurements.comparing import Comparison, PupilRow, compare, differs
from trials.measurements.models import (
    ClassMoment,
    Instrument,
    Measurement,
    Pupil,
    PupilClass,
    SchoolClass,
    Upload,
    UploadKind,
)
from trials.measurements.reading import Reading
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of an upload, in exact counts."""

    upload: Upload
    new_pupils: int
    known_pupils: int
    new_scores: int
    corrected: int


def reading_as_json(reading: Reading) -> dict[str, object]:
    return {**asdict(reading), "columns": list(reading.columns)}


def store(
    session: Session,
    signup: Signup,
    intent: Intent,
    rows: Sequence[PupilRow],
    reading: dict[str, object],
    instruments: Mapping[str, Instrument],
    *,
    problems: Sequence[BadInput] = (),
    by: int,
    now: datetime,
) -> Stored:
    """Store rows whole, in the caller's transaction.

    ``problems`` are those found in the file already. Raises ``BadInput`` with all of them and
    those that ``compare`` finds.
    """
    found = compare(session, signup, intent, rows, instruments)
    refuse_if_any([*problems, *found.problems])
    upload = Upload(
        trial_id=signup.trial_id,
        signup_id=signup.id,
        kind=intent.kind,
        wave=intent.wave,
        file_sha256=reading["sha256"],
        rows=len(rows),
        reading=reading,
        uploaded_by=by,
        uploaded_at=now,
    )
    session.add(upload)
    if intent.kind is UploadKind.PUPILS:
        _enrol(session, signup, rows, found, now)
    session.flush()
    _place_in_classes(session, signup, intent, rows, found)
    _measure(session, upload, intent, rows, found, instruments)
    session.flush()
    return Stored(
        upload=upload,
        new_pupils=found.new_pupils,
        known_pupils=len(rows) - found.new_pupils,
        new_scores=found.new_scores,
        corrected=found.corrected,
    )


def _enrol(
    session: Session,
    signup: Signup,
    rows: Sequence[PupilRow],
    found: Comparison,
    now: datetime,
) -> None:
    for row in rows:
        pupil = found.pupils.get(row.number_hmac)
        if pupil is None:
            pupil = Pupil(
                trial_id=signup.trial_id,
                signup_id=signup.id,
                pseudonym=row.pseudonym,
                school_number_hmac=row.number_hmac,
                covariates={},
                enrolled_at=now,
            )
            session.add(pupil)
            found.pupils[row.number_hmac] = pupil
        if row.covariates:
            pupil.covariates = {**pupil.covariates, **row.covariates}


def _place_in_classes(
    session: Session,
    signup: Signup,
    intent: Intent,
    rows: Sequence[PupilRow],
    found: Comparison,
) -> None:
    """Note the class of each pupil: at the draw, after it, or at this round of testing."""
    placed = [row for row in rows if row.klass]
    if not placed or intent.kind is UploadKind.BASELINE:
        return
    moment, wave = _moment(signup, intent)
    classes = _classes(session, signup.id, [str(row.klass) for row in placed])
    ids = [pupil.id for pupil in found.pupils.values()]
    before = {
        place.pupil_id: place
        for place in session.scalars(
            select(PupilClass).where(
                PupilClass.pupil_id.in_(ids),
                PupilClass.moment == moment,
                PupilClass.wave == wave,
            )
        )
    }
    for row in placed:
        pupil, klass = found.pupils[row.number_hmac], classes[str(row.klass)]
        place = before.get(pupil.id)
        if place is None:
            session.add(PupilClass(pupil_id=pupil.id, class_id=klass.id, moment=moment, wave=wave))
        else:
            place.class_id = klass.id


def _moment(signup: Signup, intent: Intent) -> tuple[ClassMoment, int]:
    if intent.kind is UploadKind.OUTCOME:
        return ClassMoment.TEST, intent.wave
    return (ClassMoment.DRAW if signup.drawn_at is None else ClassMoment.DELIVERY), 1


def _classes(session: Session, signup_id: int, names: Sequence[str]) -> dict[str, SchoolClass]:
    known = {
        klass.name: klass
        for klass in session.scalars(select(SchoolClass).where(SchoolClass.signup_id == signup_id))
    }
    for name in dict.fromkeys(names):
        if name not in known:
            known[name] = SchoolClass(signup_id=signup_id, name=name)
            session.add(known[name])
    session.flush()
    return known


def _measure(
    session: Session,
    upload: Upload,
    intent: Intent,
    rows: Sequence[PupilRow],
    found: Comparison,
    instruments: Mapping[str, Instrument],
) -> None:
    for row in rows:
        pupil = found.pupils[row.number_hmac]
        for code, value in row.scores.items():
            stored = found.latest.get((pupil.id, code))
            if stored is not None and not differs(stored, value, row.taken_on):
                continue
            session.add(
                Measurement(
                    pupil_id=pupil.id,
                    instrument_id=instruments[code].id,
                    version=stored.version + 1 if stored else 1,
                    value=value,
                    taken_on=row.taken_on,
                    blinding=intent.blinding.get(code),
                    upload_id=upload.id,
                    reason=intent.reason.strip()[:500] if stored else "",
                )
            )
