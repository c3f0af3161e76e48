"""Rows of a file beside what is stored: who is new, what changes, what may not come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.days import day_of
from trials.errors import BadInput
from trials.measurements.checking import Intent, Row
from trials.measurements.keys import number_hmac, pseudonym
from trials.measurements.models import Instrument, Measurement, Objection, Pupil, UploadKind
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A checked row without the school's own number."""

    row: int
    number_hmac: str
    pseudonym: str
    klass: str | None
    covariates: dict[str, Any]
    scores: dict[str, float]
    taken_on: date | None


@dataclass(slots=True)
class Comparison:
    """What storing the rows would do."""

    pupils: dict[str, Pupil]  # by keyed hash of the number
    latest: dict[tuple[int, str], Measurement]  # by pupil id and instrument code
    new_pupils: int = 0
    new_scores: int = 0
    corrected: int = 0
    problems: list[BadInput] = field(default_factory=list)


def without_numbers(rows: Sequence[Row], key: bytes, signup_id: int) -> list[PupilRow]:
    """Replace the school's numbers by their keyed hash and the pupils' pseudonyms."""
    return [
        PupilRow(
            row=row.row,
            number_hmac=number_hmac(key, signup_id, row.number),
            pseudonym=pseudonym(key, signup_id, row.number),
            klass=row.klass,
            covariates=row.covariates,
            scores=row.scores,
            taken_on=row.taken_on,
        )
        for row in rows
    ]


def compare(
    session: Session,
    signup: Signup,
    intent: Intent,
    rows: Sequence[PupilRow],
    instruments: Mapping[str, Instrument],
) -> Comparison:
    """Hold the rows against the database.

    There is a problem for each pupil who is not on the list or whose parents objected, each
    correction without a reason and each outcome from before the draw.
    """
    found = Comparison(
        pupils=pupils_by_number(session, signup.id),
        latest=latest_scores(session, signup.id, instruments),
    )
    objections = objected(session, signup.id)
    drawn_on = drawn_day(signup)
    for row in rows:
        _compare_row(found, row, intent, objections, drawn_on)
    return found


def pupils_by_number(session: Session, signup_id: int) -> dict[str, Pupil]:
    """Return the pupils of a school by the keyed hash of its own number."""
    pupils = session.scalars(
        select(Pupil).where(Pupil.signup_id == signup_id, Pupil.school_number_hmac.is_not(None))
    )
    return {str(pupil.school_number_hmac): pupil for pupil in pupils}


def latest_scores(
    session: Session, signup_id: int, instruments: Mapping[str, Instrument]
) -> dict[tuple[int, str], Measurement]:
    """Return the newest version of every score of a school on these instruments."""
    codes = {instrument.id: code for code, instrument in instruments.items()}
    measurements = session.scalars(
        select(Measurement)
        .join(Pupil, Pupil.id == Measurement.pupil_id)
        .where(Pupil.signup_id == signup_id, Measurement.instrument_id.in_(codes))
        .order_by(Measurement.version)
    )
    return {(m.pupil_id, codes[m.instrument_id]): m for m in measurements}


def objected(session: Session, signup_id: int) -> set[tuple[str, str]]:
    """Return (keyed hash, instrument code or "") of every objection about a known number."""
    rows = session.execute(
        select(Objection.number_hmac, Objection.instrument_code).where(
            Objection.signup_id == signup_id, Objection.number_hmac.is_not(None)
        )
    )
    return {(str(number), code) for number, code in rows}


def drawn_day(signup: Signup) -> date | None:
    """Return the day of the school's draw in Amsterdam, or None before it."""
    moment = signup.drawn_at or signup.trial.first_drawn_at
    return day_of(moment) if moment else None


def _compare_row(
    found: Comparison,
    row: PupilRow,
    intent: Intent,
    objections: set[tuple[str, str]],
    drawn_on: date | None,
) -> None:
    objects_to = [code for code in ("", *row.scores) if (row.number_hmac, code) in objections]
    if objects_to:
        found.problems.append(
            BadInput(
                "row {row}: this pupil's parents objected; leave the row, or the score they "
                "object to, out of the file",
                row=row.row,
            )
        )
    pupil = found.pupils.get(row.number_hmac)
    if pupil is None and intent.kind is not UploadKind.PUPILS:
        found.problems.append(
            BadInput(
                "row {row}: this pupil is not on the school's list; add the pupil to the list "
                "first, or remove the row",
                row=row.row,
            )
        )
    outcome = intent.kind is UploadKind.OUTCOME and row.taken_on is not None
    if outcome and drawn_on is not None and row.taken_on < drawn_on:  # type: ignore[operator]
        found.problems.append(
            BadInput(
                "row {row}: this test was taken before the draw, so it is no outcome; "
                "correct the day",
                row=row.row,
            )
        )
    found.new_pupils += pupil is None
    for code, value in row.scores.items():
        _compare_score(found, row, code, value, pupil, intent)


def _compare_score(
    found: Comparison, row: PupilRow, code: str, value: float, pupil: Pupil | None, intent: Intent
) -> None:
    stored = found.latest.get((pupil.id, code)) if pupil else None
    if stored is None:
        found.new_scores += 1
    elif differs(stored, value, row.taken_on):
        found.corrected += 1
        if not intent.reason.strip():
            found.problems.append(
                BadInput(
                    "row {row}, column {column}: another score is stored already; "
                    "give a reason for the correction",
                    row=row.row,
                    column=code,
                    field="reason",
                )
            )


def differs(stored: Measurement, value: float, taken_on: date | None) -> bool:
    """Say whether a score is another than the one stored, or from another day."""
    return (stored.value, stored.taken_on) != (value, taken_on)
