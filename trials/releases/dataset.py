"""The analysis dataset: one row per pupil drawn, as CSV with a codebook beside it."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from randomisation import split_strata
from trials.agreements.protocol import ColumnRole, Protocol
from trials.calls.models import Trial
from trials.days import day_of
from trials.draws.models import DrawUnit
from trials.measurements.models import InstrumentRole, Measurement
from trials.releases.codebook import DOSE, SECOND_YEAR, codebook_of, column_of
from trials.releases.doses import Doses, doses_of_trial
from trials.releases.masking import pseudonym
from trials.releases.rows import DrawnPupil, Scores, drawn_pupils, scores_of_trial
from trials.tables import Cell, inert


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that is ready to be released."""

    csv: bytes  # UTF-8, comma, point, empty is missing; the same bytes for the same records
    codebook: dict[str, Any]  # Data Package
    rows: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.csv).hexdigest()


def build_dataset(
    session: Session, trial: Trial, protocol: Protocol, labels: Mapping[str, str], seed: str
) -> Dataset:
    """Build the dataset of a trial whose outcomes are locked.

    ``labels`` maps each arm to what the dataset calls it: itself, or its mask; ``seed`` is the
    first receipt's, from which the names of schools and classes follow.
    """
    scores = scores_of_trial(session, trial.id)
    masked = any(label != arm for arm, label in labels.items())
    names = column_names(protocol, scores, masked=masked)
    doses = None if masked else doses_of_trial(session, trial.id, protocol)
    rows = [
        names_of(drawn, seed, masked=masked)
        | strata_of(drawn.unit, protocol)
        | second_year_of(drawn.unit, protocol, labels)
        | row_of(drawn, scores, labels, names.covariates)
        | dose_of(drawn, doses)
        for drawn in drawn_pupils(session, trial.id)
    ]
    rows.sort(key=lambda row: (str(row["school"]), str(row["pupil"])))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=names.all, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows({name: plain(value) for name, value in row.items()} for row in rows)
    content = text.getvalue().encode()
    codebook = codebook_of(trial, protocol, names.all, scores.instruments, labels, content)
    return Dataset(content, codebook, len(rows))


@dataclass(frozen=True, slots=True)
class ColumnNames:
    all: list[str]
    covariates: tuple[str, ...]


def column_names(protocol: Protocol, scores: Scores, *, masked: bool) -> ColumnNames:
    """Return the columns in order; with masked arms no dose, which would tell them apart."""
    covariates = tuple(c.code for c in protocol.columns if c.role is ColumnRole.COVARIATE)
    strata = [stratum.code for stratum in protocol.draw.strata]
    arms = ["arm", SECOND_YEAR] if protocol.draw.school_years else ["arm"]
    names = ["pupil", "school", "class", "unit", "stratum", *strata, *arms, *covariates]
    for instrument in scores.instruments:
        name = column_of(instrument.code, instrument.wave)
        names.append(name)
        if instrument.role is InstrumentRole.BASELINE:
            names.append(f"{name}_after_draw")
    names += ["joined_after_draw", "left"]
    return ColumnNames(names if masked else [*names, DOSE], covariates)


def names_of(drawn: DrawnPupil, seed: str, *, masked: bool) -> dict[str, Cell]:
    """Return the pseudonyms of a pupil, its school, class and unit.

    A masked dataset has units of its own naming: under their codes of the draw, anyone could try
    which arm is which against the public hash of the allocation.
    """
    unit = drawn.unit
    code = pseudonym(seed, "unit", unit.code) if masked else unit.code
    return {
        "pupil": drawn.pupil.pseudonym,
        "school": code if drawn.alone else pseudonym(seed, "school", unit.signup_id),
        "class": pseudonym(seed, "class", drawn.class_id) if drawn.class_id else None,
        "unit": code,
    }


def strata_of(unit: DrawUnit, protocol: Protocol) -> dict[str, Cell]:
    """Return the level of a unit on each column it was stratified by."""
    codes = [stratum.code for stratum in protocol.draw.strata]
    if not codes:
        return {}
    levels = split_strata(unit.stratum_label)[-len(codes) :]  # a later wave comes first
    return dict(zip(codes, levels, strict=True))


def second_year_of(
    unit: DrawUnit, protocol: Protocol, labels: Mapping[str, str]
) -> dict[str, Cell]:
    """Return the arm after the groups of a crossover changed places; nothing in another trial."""
    years = protocol.draw.school_years
    if not years:
        return {}
    return {SECOND_YEAR: labels[protocol.arm_in(str(unit.arm), years[-1])]}


def row_of(
    drawn: DrawnPupil, scores: Scores, labels: Mapping[str, str], covariates: tuple[str, ...]
) -> dict[str, Cell]:
    """Return what is known of one pupil, beside the pseudonyms; what is not known is None."""
    pupil, unit = drawn.pupil, drawn.unit
    row: dict[str, Cell] = {
        "stratum": unit.stratum,
        "arm": labels[str(unit.arm)],
        "joined_after_draw": int(pupil.enrolled_at > drawn.drawn_at),
        "left": int(pupil.left_at is not None),
    }
    row |= {code: pupil.covariates.get(code) for code in covariates}
    for instrument in scores.instruments:
        found = scores.by_pupil.get(pupil.id, {}).get(instrument.id)
        name = column_of(instrument.code, instrument.wave)
        row[name] = found.value if found else None
        if instrument.role is InstrumentRole.BASELINE:
            row[f"{name}_after_draw"] = taken_after_draw(found, drawn)
    return row


def dose_of(drawn: DrawnPupil, doses: Doses | None) -> dict[str, Cell]:
    if doses is None:
        return {}
    return {DOSE: doses.of(drawn.pupil, drawn.class_id, str(drawn.unit.arm))}


def taken_after_draw(measurement: Measurement | None, drawn: DrawnPupil) -> int | None:
    """Say whether a baseline was taken after the draw; its date counts, not its upload."""
    if measurement is None or measurement.value is None:
        return None
    return int(measurement.taken_on > day_of(drawn.drawn_at))


def plain(value: Cell) -> Cell:
    """Return a value as the file holds it; text that a spreadsheet would run is quoted."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return inert(value) if isinstance(value, str) else value
