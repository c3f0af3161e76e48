"""From cells as they came to trimmed text or numbers, formulas refused."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trials.errors import BadInput
from trials.measurements.reading.outcome import NAMELESS, Cells, Reading

if TYPE_CHECKING:
    import pandas as pd

NAMED_PROBLEMS = 20
NUMBER = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
POINT = r"^-?[0-9]*\.[0-9]+$"
COMMA = r"^-?[0-9]*,[0-9]+$"
THOUSANDS = r"^-?[1-9][0-9]{0,2},[0-9]{3}$"
FORMULA = r"^[=+@]|^-."
NUMBER_WITH_EITHER = r"^-?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?$"
EDGES = r"^\s|\s$"
IDENTIFIER = r"^-?0[0-9]|^-?[0-9]{16,}$"  # a leading zero or more digits than a float keeps


@dataclass(frozen=True, slots=True)
class Place:
    """A cell as people find it."""

    row: int
    column: str
    value: str


def check_cells(columns: Cells, reading: Reading) -> Reading:
    """Leave trimmed cells with decimal points in ``columns``, empty ones missing.

    Refuses cells a spreadsheet would run (``=``, ``+``, ``@``, and ``-`` when not a number), a
    mixture of decimal marks, and cells in a column without a name. One column at a time, so that a
    large file is not held twice.
    """
    formulas: list[Place] = []
    commas: list[Place] = []
    points: list[Place] = []
    for name in columns:
        if _is_text(columns[name]):
            columns[name] = cells = _trimmed(columns[name])
            formulas += _formulas(cells, name, reading)
            commas += _first_match(cells, COMMA, name, reading)
            points += _first_match(cells, POINT, name, reading)
    _refuse(formulas, commas, points)
    if commas and reading.delimiter != ";":
        _refuse_thousands(columns, commas[0])
    if commas:
        for name in columns:
            columns[name] = _comma_to_point(columns[name])
        reading = replace(reading, decimal_mark=",")
    _drop_nameless(columns)
    return replace(reading, columns=tuple(columns))


def _trimmed(cells: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring_regex(cells, EDGES)).as_py():
        cells = pc.utf8_trim_whitespace(cells)
    if pc.any(pc.equal(cells, "")).as_py():
        cells = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    return cells


def _formulas(cells: Any, name: str, reading: Reading) -> list[Place]:
    import numpy as np
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring_regex(cells, FORMULA)).as_py():
        return []
    risky = pc.and_not(
        pc.match_substring_regex(cells, FORMULA),
        pc.match_substring_regex(cells, NUMBER_WITH_EITHER),
    )
    rows = np.flatnonzero(pc.fill_null(risky, False).to_numpy())
    return [Place(int(row) + reading.first_row, name, cells[int(row)].as_py()[:40]) for row in rows]


def _refuse(formulas: list[Place], commas: list[Place], points: list[Place]) -> None:
    if formulas:
        problems = tuple(
            BadInput(
                "row {row}, column {column}: {value} is a formula; "
                "put the value there, or empty the cell",
                row=place.row,
                column=place.column,
                value=place.value,
            )
            for place in sorted(formulas, key=lambda place: place.row)[:NAMED_PROBLEMS]
        )
        raise BadInput(problems[0].sentence, problems, **problems[0].values)
    if commas and points:
        raise BadInput(
            "row {row}, column {column} has a decimal comma ({value}) and row {other_row}, column "
            "{other_column} a decimal point ({other_value}); use one of the two in the whole file",
            row=commas[0].row,
            column=commas[0].column,
            value=commas[0].value,
            other_row=points[0].row,
            other_column=points[0].column,
            other_value=points[0].value,
        )


def _refuse_thousands(columns: Cells, first: Place) -> None:
    """Refuse commas that may mark thousands everywhere; a file with semicolons is Dutch."""
    import pyarrow.compute as pc

    for cells in columns.values():
        if _is_text(cells):
            with_comma = pc.match_substring_regex(cells, COMMA)
            plain = pc.and_not(with_comma, pc.match_substring_regex(cells, THOUSANDS))
            if pc.any(plain).as_py():
                return
    raise BadInput(
        "row {row}, column {column}: the comma in {value} may mark thousands or decimals; write "
        "numbers without thousands marks and with a decimal point",
        row=first.row,
        column=first.column,
        value=first.value,
    )


def as_text(columns: Cells, reading: Reading) -> "tuple[pd.DataFrame, Reading]":
    """Return every cell as text, the index being the row number in the file.

    ``columns`` is left empty, so that its memory can be let go.
    """
    import pyarrow as pa

    for name, cells in columns.items():
        if pa.types.is_floating(cells.type):
            columns[name] = pa.array(_number_texts(cells), pa.string())
    return _numbered(columns, reading)


def typed(
    columns: Cells, reading: Reading, missing: Collection[str]
) -> "tuple[pd.DataFrame, Reading]":
    """Return numeric columns as floats and text as categories, the index as in ``as_text``.

    The text of each column is let go once it has become numbers; ``columns`` is left empty.
    """
    for name in columns:
        if _is_text(columns[name]):
            columns[name] = _numbers_or_categories(columns[name], missing)
    return _numbered(columns, reading)


def _numbers_or_categories(cells: Any, missing: Collection[str]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = cells
    if missing:
        known = pc.is_in(cells, value_set=pa.array(list(missing), pa.string()))
        numbers = pc.if_else(known, pa.scalar(None, pa.string()), cells)
    return numbers.cast(pa.float64()) if _all_numbers(numbers) else cells.dictionary_encode()


def _is_text(cells: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(cells.type))


def _first_match(cells: Any, pattern: str, name: str, reading: Reading) -> list[Place]:
    import pyarrow.compute as pc

    place = pc.index(pc.match_substring_regex(cells, pattern), True).as_py()
    if place < 0:
        return []
    return [Place(place + reading.first_row, name, cells[place].as_py())]


def _comma_to_point(cells: Any) -> Any:
    import pyarrow.compute as pc

    if not _is_text(cells):
        return cells
    return pc.if_else(
        pc.match_substring_regex(cells, COMMA),
        pc.replace_substring(cells, ",", "."),
        cells,
    )


def _all_numbers(cells: Any) -> bool:
    import pyarrow.compute as pc

    filled = cells.drop_null()
    return (
        len(filled) > 0
        and pc.all(pc.match_substring_regex(filled, NUMBER)).as_py()
        and not pc.any(pc.match_substring_regex(filled, IDENTIFIER)).as_py()
    )


def _drop_nameless(columns: Cells) -> None:
    """Leave out columns that have neither a name nor a cell, as a trailing delimiter makes."""
    for name in [name for name in columns if name.startswith(NAMELESS)]:
        if columns[name].null_count < len(columns[name]):
            raise BadInput(
                "column {number} has cells but no name in row 1; give it a name",
                number=name.removeprefix(NAMELESS),
            )
        del columns[name]


def _number_texts(cells: Any) -> list[str | None]:
    numbers = cells.to_pylist()
    return [
        None if x is None or x != x else str(int(x)) if x == int(x) else repr(x) for x in numbers
    ]


def _numbered(columns: Cells, reading: Reading) -> "tuple[pd.DataFrame, Reading]":
    import pandas as pd
    import pyarrow as pa

    table = pa.table(columns)
    columns.clear()
    pa.default_memory_pool().release_unused()  # a million rows of text are no longer needed
    frame: pd.DataFrame = table.to_pandas(split_blocks=True, self_destruct=True)
    del table
    frame.index = pd.RangeIndex(reading.first_row, reading.first_row + len(frame), name="row")
    filled = frame.notna().any(axis=1)
    if not filled.any():
        raise BadInput("the file has a header but no filled rows; send the file with its rows")
    if not filled.all():
        frame = frame[filled]
    return frame, replace(reading, rows=len(frame))
