"""What is known of each unit before the draw: mean scores, traits of pupils, size, disadvantage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from trials.agreements.protocol import (
    Column,
    ColumnKind,
    ColumnRole,
    InstrumentRole,
    Protocol,
    Unit,
)
from trials.measurements.models import ClassMoment, Instrument, Measurement, Pupil, PupilClass
from trials.signups.models import SignupGroup

BEFORE = (InstrumentRole.BASELINE, InstrumentRole.COVARIATE)
TRAITS = {
    "sex": ("Geslacht", "Sex"),
    "age": ("Leeftijd", "Age"),
    "ses": ("Sociaal-economische achtergrond", "Socio-economic background"),
}
Sums = dict[int, tuple[float, int]]  # by site, class or pupil: the sum of values and their number


@dataclass(frozen=True, slots=True, eq=False)
class Characteristic:
    """One covariate of every unit, in the order the units were given."""

    code: str  # of the instrument or the column; "sex[1]" for a level of one
    title_nl: str
    title_en: str
    values: NDArray[np.float64]  # mean per unit, NaN where nothing is known
    pupils: NDArray[np.int64] | None  # how many are behind it; None for what is no pupil's own

    @property
    def varies(self) -> bool:
        """Whether at least two units are known to differ."""
        known = self.values[np.isfinite(self.values)]
        return known.size > 1 and bool(np.ptp(known) > 0)


def scores_of(
    session: Session,
    trial_id: int,
    protocol: Protocol,
    units: Sequence[Sequence[int]],
    codes: Sequence[str],
) -> list[Characteristic]:
    """Return the mean standing score of each unit on instruments of the first round.

    ``units`` holds what each unit stands for: numbers of sign-ups, classes or pupils, whichever
    the protocol draws.
    """
    newest = (
        select(
            Measurement.pupil_id,
            Measurement.instrument_id,
            func.max(Measurement.version).label("version"),
        )
        .group_by(Measurement.pupil_id, Measurement.instrument_id)
        .subquery()
    )
    key = _key(protocol.unit)
    rows = session.execute(
        _with_class(
            select(
                Instrument.code,
                key,
                func.sum(Measurement.value),
                func.count(Measurement.value),
            )
            .select_from(Measurement)
            .join(
                newest,
                and_(
                    Measurement.pupil_id == newest.c.pupil_id,
                    Measurement.instrument_id == newest.c.instrument_id,
                    Measurement.version == newest.c.version,
                ),
            )
            .join(Instrument, Instrument.id == Measurement.instrument_id)
            .join(Pupil, Pupil.id == Measurement.pupil_id),
            protocol.unit,
        )
        .where(
            Pupil.trial_id == trial_id,
            Pupil.erased_at.is_(None),
            Instrument.code.in_(codes),
            Instrument.wave == 1,
            Measurement.value.is_not(None),
        )
        .group_by(Instrument.code, key)
    )
    sums: dict[str, Sums] = {code: {} for code in codes}
    for code, number, total, count in rows:
        sums[code][number] = (float(total), int(count))
    return [_characteristic(code, *_titles(protocol, code), units, sums[code]) for code in codes]


def traits_of(
    session: Session,
    trial_id: int,
    protocol: Protocol,
    units: Sequence[Sequence[int]],
    *,
    enrolled_by: datetime,
) -> list[Characteristic]:
    """Return the means of the pupils' covariates: numbers, or the share of each level but one."""
    columns = [column for column in protocol.columns if column.role is ColumnRole.COVARIATE]
    if not columns:
        return []
    rows = session.execute(
        _with_class(select(_key(protocol.unit), Pupil.covariates), protocol.unit).where(
            Pupil.trial_id == trial_id,
            Pupil.erased_at.is_(None),
            Pupil.enrolled_at <= enrolled_by,
        )
    ).all()
    sums: dict[str, Sums] = {name: {} for column in columns for name in _names(column)}
    for number, covariates in rows:
        for column in columns:
            for name, value in _values(column, covariates):
                total, count = sums[name].get(number, (0.0, 0))
                sums[name][number] = (total + value, count + 1)
    return [_characteristic(name, *_called(name), units, found) for name, found in sums.items()]


def sizes_of(session: Session, units: Sequence[Sequence[int]]) -> Characteristic:
    """Return how many pupils each unit of schools signed up."""
    rows = session.execute(
        select(SignupGroup.signup_id, func.sum(SignupGroup.pupils))
        .group_by(SignupGroup.signup_id)
        .where(SignupGroup.signup_id.in_([number for unit in units for number in unit]))
    )
    signed_up = {number: int(pupils) for number, pupils in rows}
    pupils = np.array([sum(signed_up.get(number, 0) for number in unit) for unit in units])
    return Characteristic(
        "pupils", "Leerlingen die meedoen", "Pupils who take part", pupils.astype(float), None
    )


def number_in(target: str) -> int:
    """Return the number in the key of a target: 12 of ``site:12``."""
    return int(target.partition(":")[2])


def codes_before(protocol: Protocol) -> list[str]:
    """Return the instruments that are taken before the draw, those the draw balances first."""
    known = [i.code for i in protocol.instruments if i.role in BEFORE and i.wave == 1]
    return list(dict.fromkeys([*protocol.draw.covariates, *known]))


def _characteristic(
    code: str, title_nl: str, title_en: str, units: Sequence[Sequence[int]], sums: Sums
) -> Characteristic:
    found = [[sums[number] for number in unit if number in sums] for unit in units]
    pupils = np.array([sum(count for _, count in parts) for parts in found], dtype=np.int64)
    totals = np.array([sum(total for total, _ in parts) for parts in found], dtype=np.float64)
    values = np.divide(totals, pupils, out=np.full(len(units), np.nan), where=pupils > 0)
    return Characteristic(code, title_nl, title_en, values, pupils)


def _titles(protocol: Protocol, code: str) -> tuple[str, str]:
    plan = protocol.instrument(code)
    return (code, code) if plan is None else (plan.title_nl, plan.title_en)


def _called(name: str) -> tuple[str, str]:
    """Return what a page calls a covariate: columns of a protocol have no titles of their own."""
    code, bracket, level = name.partition("[")
    title_nl, title_en = TRAITS.get(code, (code, code))
    return title_nl + bracket + level, title_en + bracket + level


def _key(unit: Unit) -> ColumnElement[int]:
    keys: Mapping[Unit, Any] = {
        Unit.SITE: Pupil.signup_id,
        Unit.CLASS: PupilClass.class_id,
        Unit.PUPIL: Pupil.id,
    }
    found: ColumnElement[int] = keys[unit]
    return found


def _with_class(query: Any, unit: Unit) -> Any:
    if unit is not Unit.CLASS:
        return query
    return query.join(
        PupilClass,
        and_(PupilClass.pupil_id == Pupil.id, PupilClass.moment == ClassMoment.DRAW),
    )


def _names(column: Column) -> list[str]:
    if _is_numeric(column):
        return [column.code]
    return [f"{column.code}[{level}]" for level in column.levels[1:]]


def _values(column: Column, covariates: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    value = covariates.get(column.code)
    if value is None or value == "":
        return
    if _is_numeric(column):
        yield column.code, float(value)
        return
    for level in column.levels[1:]:
        yield f"{column.code}[{level}]", float(value == level)


def _is_numeric(column: Column) -> bool:
    """Say whether a column holds numbers; 0 and 1 as levels are numbers too."""
    if column.kind is ColumnKind.NUMBER:
        return True
    return bool(column.levels) and all(level.isdecimal() for level in column.levels)
