"""A whole published file: read, recognised, and taken row by row, or refused with its reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from trials.errors import BadInput
from trials.register import cells
from trials.register.entries import (
    FigureEntry,
    Row,
    SiteEntry,
    day,
    site_code,
    site_entry,
    with_address_of,
)
from trials.register.formats import FORMATS, FigureColumn, Format, recognise
from trials.register.reading import Table, read_table

MOST_PROBLEMS = 20  # enough to see what is wrong; the file is refused whole anyway

NOTHING: tuple[float | None, str | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Contents:
    """A published file, found sound."""

    format: Format
    table: Table
    reference_date: date
    sites: tuple[SiteEntry, ...]
    figures: tuple[FigureEntry, ...]


def read_contents(
    name: str, content: bytes, reference_date: date, formats: tuple[Format, ...] = FORMATS
) -> Contents:
    """Read a published file; a date the file itself carries goes before ``reference_date``.

    Raises ``BadInput`` for an unknown or broken file, for one with fewer rows than a whole file
    has, and for wrong cells, of which ``problems`` lists the first twenty.
    """
    table = read_table(name, content)
    known = recognise(table, formats)
    _refuse_small(table, known)
    problems: list[BadInput] = []
    rows = _coded_rows(table, known, problems)
    if "measured_on" in known.columns and rows:
        reference_date = rows[0][0].checked("measured_on", day, reference_date)
    sites = _sites(rows, known)
    figures = _figures(rows, known, table, reference_date.year + known.figure_year)
    if problems:
        raise BadInput(
            "the file {file} was refused whole, nothing was imported: {first}",
            problems=tuple(problems[:MOST_PROBLEMS]),
            file=name,
            first=problems[0],
        )
    return Contents(known, table, reference_date, sites, figures)


def _refuse_small(table: Table, known: Format) -> None:
    if len(table.rows) < known.floor:
        raise BadInput(
            "the file {file} has {rows} rows where a whole {source} file has at least {floor}; "
            "nothing was imported, download the whole file",
            file=table.name,
            rows=len(table.rows),
            source=known.source,
            floor=known.floor,
        )


def _coded_rows(table: Table, known: Format, problems: list[BadInput]) -> list[tuple[Row, str]]:
    column = {field: known.column_of(table, field) for field in known.columns}
    rows = [Row(number, by_column, column, problems) for number, by_column in table.numbered()]
    return [(row, code) for row in rows if (code := site_code(row))]


def _sites(rows: list[tuple[Row, str]], known: Format) -> tuple[SiteEntry, ...]:
    if not known.sectors:
        return ()
    sector = next(iter(known.sectors)) if len(known.sectors) == 1 else None
    sites: dict[str, SiteEntry] = {}
    for row, code in rows:
        entry = site_entry(row, code, sector)
        if code in sites:
            try:
                entry = with_address_of(sites[code], entry)
            except BadInput as refusal:
                row.refuse(row.column["site"], refusal)
        sites[code] = entry
    return tuple(sites.values())


def _figures(
    rows: list[tuple[Row, str]], known: Format, table: Table, year: int
) -> tuple[FigureEntry, ...]:
    """Return the figures; a column whose name has no year is about the year of the others."""
    columns = known.figure_columns(table)
    year = next((one.year for one in columns if one.year), year)
    figures = {
        (entry.code, entry.name, entry.year): entry
        for row, code in rows
        for entry in _figures_of(row, code, columns, year)
    }
    return tuple(figures.values())


def _figures_of(
    row: Row, code: str, columns: list[FigureColumn], year: int
) -> Iterator[FigureEntry]:
    for one in columns:
        if not row.by_column[one.column]:
            continue
        check = partial(cells.number, whole=one.figure.whole)
        value, mask = row.checked_column(one.column, check, NOTHING)
        mark = mask or (row.by_column[one.mark_column] if one.mark_column else None)
        yield FigureEntry(code, one.figure.name, one.year or year, value, mark or None)
