"""From a file to rows that hold what they must, or to every reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from trials.agreements.protocol import Protocol
from trials.days import check_years
from trials.errors import BadInput
from trials.measurements.cells import Cells
from trials.measurements.columns import Layout, instruments_of, lay_out
from trials.measurements.identifiers import holds_eck_id, looks_like_bsn
from trials.measurements.keys import plain_number
from trials.measurements.models import Blinding, UploadKind
from trials.measurements.reading import Limits, Reading, read_cells

if TYPE_CHECKING:
    import pandas as pd

LIMITS = Limits(megabytes=10, rows=20_000, columns=100)


@dataclass(frozen=True, slots=True)
class Intent:
    """What an upload is meant to bring, beside the file itself."""

    kind: UploadKind
    wave: int = 1
    taken_on: date | None = None  # for every row that does not say so itself
    blinding: Mapping[str, Blinding] = field(default_factory=dict)  # by instrument; outcomes only
    reason: str = ""  # of a correction


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil of a file, checked."""

    row: int  # number in the file
    number: str  # the school's own
    klass: str | None
    covariates: dict[str, str | float]
    scores: dict[str, float]
    taken_on: date | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as far as it could be read, and what must be mended before anything is kept."""

    rows: list[Row]
    layout: Layout
    reading: Reading
    problems: list[BadInput]  # one a cell: row, column, value and cure


def check_file(
    content: bytes, *, name: str, protocol: Protocol, intent: Intent, today: date
) -> Checked:
    """Read a file and check every cell against the locked protocol.

    Raises ``BadInput`` for a file that is no table, holds what must not leave the school, or
    has other columns than the data list; problems of single cells are handed back, so that
    those found in the database can stand beside them.
    """
    cells, reading = read_cells(content, name=name, limits=LIMITS)
    refuse_identifiers(cells)
    layout = lay_out(cells.columns, protocol, intent.kind, intent.wave)
    _check_intent(intent, layout, today)
    checks = Cells(decimal_mark=reading.decimal_mark, today=today)
    rows = _Rows(protocol, layout, intent, checks).read(cells)
    return Checked(rows, layout, reading, checks.problems)


def refuse_if_any(problems: list[BadInput]) -> None:
    """Raise ``BadInput`` with every problem, in the order of the rows."""
    if problems:
        raise BadInput(
            "{count} places in the file need mending; nothing was stored",
            tuple(sorted(problems, key=lambda problem: int(str(problem.values["row"])))),
            count=len(problems),
        )


def refuse_identifiers(cells: "pd.DataFrame") -> None:
    """Refuse a column of citizen service numbers or chain identities, wherever it stands."""
    problems = []
    for name in cells.columns:
        values = cells[name].dropna().tolist()
        if looks_like_bsn(values):
            problems.append(
                BadInput(
                    "column {column} holds citizen service numbers (BSN); remove it and use the "
                    "school's own pupil numbers",
                    column=name,
                )
            )
        elif holds_eck_id(values):
            problems.append(
                BadInput("column {column} holds ECK iDs; remove it from the file", column=name)
            )
    if problems:
        raise BadInput("this file must not leave the school; nothing was stored", tuple(problems))


def _check_intent(intent: Intent, layout: Layout, today: date) -> None:
    check_years(taken_on=intent.taken_on)
    if intent.taken_on is not None and intent.taken_on > today:
        raise BadInput("the day of the test cannot lie in the future", field="taken_on")
    unknown = [code for code in layout.scores if code not in intent.blinding]
    if intent.kind is UploadKind.OUTCOME and unknown:
        raise BadInput(
            "say for {column} whether the person who took the test knew the school's group",
            column=unknown[0],
            field="blinding",
        )


class _Rows:
    """Reads the rows of one file by its layout."""

    def __init__(self, protocol: Protocol, layout: Layout, intent: Intent, checks: Cells) -> None:
        self.layout, self.intent, self.checks = layout, intent, checks
        self.plans = {p.code: p for p in instruments_of(protocol, intent.kind, intent.wave)}
        self.columns = {column.code: column for column in protocol.columns}

    def read(self, cells: "pd.DataFrame") -> list[Row]:
        names = list(cells.columns)
        rows = []
        for number, values in zip(cells.index, cells.itertuples(index=False), strict=True):
            filled = {n: v for n, v in zip(names, values, strict=True) if isinstance(v, str)}
            row = self._row(int(number), filled)
            if row is not None:
                rows.append(row)
        self._refuse_doubles(rows)
        return rows

    def _row(self, number: int, cells: Mapping[str, str]) -> Row | None:
        layout, checks = self.layout, self.checks
        pupil = cells.get(layout.pupil)
        if pupil is None:
            checks.problems.append(
                BadInput("row {row}: fill in the pupil number, or remove the row", row=number)
            )
            return None
        covariates = {
            code: checks.covariate(number, name, cells[name], self.columns[code])
            for code, name in layout.covariates.items()
            if name in cells
        }
        scores = {
            code: checks.score(number, name, cells[name], self.plans[code])
            for code, name in layout.scores.items()
            if name in cells
        }
        return Row(
            row=number,
            number=pupil,
            klass=cells.get(layout.klass, "")[:40] or None if layout.klass else None,
            covariates={code: value for code, value in covariates.items() if value is not None},
            scores={code: value for code, value in scores.items() if value is not None},
            taken_on=self._taken_on(number, cells) if scores else None,
        )

    def _taken_on(self, row: int, cells: Mapping[str, str]) -> date | None:
        name = self.layout.taken_on
        if name is not None and name in cells:
            return self.checks.day(row, name, cells[name])
        if self.intent.taken_on is None:
            self.checks.problems.append(
                BadInput(
                    "row {row}: it is not known when the test was taken; fill in the day", row=row
                )
            )
        return self.intent.taken_on

    def _refuse_doubles(self, rows: list[Row]) -> None:
        first: dict[str, int] = {}
        for row in rows:
            earlier = first.setdefault(plain_number(row.number), row.row)
            if earlier != row.row:
                self.checks.problems.append(
                    BadInput(
                        "row {row} has the same pupil number as row {other}; remove one of the two",
                        row=row.row,
                        other=earlier,
                    )
                )
