"""From cells as they came to trimmed text or numbers, formulas refused."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trials.errors import BadInput
from trials.measurements.reading.outcome import NAMELESS, Reading

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NAMED_PROBLEMS = 20
NUMBER = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
POINT = r"^-?[0-9]*\.[0-9]+$"
COMMA = r"^-?[0-9]*,[0-9]+$"
FORMULA = r"^[=+@]|^-."
NUMBER_WITH_EITHER = r"^-?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?$"
IDENTIFIER = r"^-?0[0-9]|^-?[0-9]{16,}$"  # a leading zero or more digits than a float keeps


def refuse_formulas(table: "pa.Table", reading: Reading) -> None:
    """Refuse cells a spreadsheet would run: ``=``, ``+``, ``@``, and ``-`` when not a number."""
    import numpy as np
    import pyarrow.compute as pc

    problems = []
    for name in _text_names(table):
        cells = pc.utf8_trim_whitespace(table[name])
        risky = pc.and_not(
            pc.match_substring_regex(cells, FORMULA),
            pc.match_substring_regex(cells, NUMBER_WITH_EITHER),
        )
        for place in np.flatnonzero(pc.fill_null(risky, False).to_numpy()):
            problems.append(
                BadInput(
                    "row {row}, column {column}: {value} is a formula; "
                    "put the value there, or empty the cell",
                    row=int(place) + reading.first_row,
                    column=name,
                    value=cells[int(place)].as_py()[:40],
                )
            )
    if problems:
        first = min(problems, key=lambda problem: int(str(problem.values["row"])))
        raise BadInput(first.sentence, tuple(problems[:NAMED_PROBLEMS]), **first.values)


def with_points(table: "pa.Table", reading: Reading) -> "tuple[pa.Table, Reading]":
    """Return trimmed cells with decimal points, empty ones missing; refuse a mixture of marks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed: dict[str, Any] = {}
    commas: tuple[int, str, str] | None = None
    points: tuple[int, str, str] | None = None
    for name in table.column_names:
        cells = table[name]
        if pa.types.is_string(cells.type):
            cells = pc.utf8_trim_whitespace(cells)
            cells = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
            commas = commas or _first_match(cells, COMMA, name, reading)
            points = points or _first_match(cells, POINT, name, reading)
        trimmed[name] = cells
    if commas and points:
        raise BadInput(
            "row {row}, column {column} has a decimal comma ({value}) and row {other_row}, column "
            "{other_column} a decimal point ({other_value}); use one of the two in the whole file",
            row=commas[0],
            column=commas[1],
            value=commas[2],
            other_row=points[0],
            other_column=points[1],
            other_value=points[2],
        )
    if commas:
        trimmed = {name: _comma_to_point(cells) for name, cells in trimmed.items()}
        reading = replace(reading, decimal_mark=",")
    return _without_nameless(pa.table(trimmed), reading)


def as_text(table: "pa.Table", reading: Reading) -> "tuple[pd.DataFrame, Reading]":
    """Return every cell as text, the index being the row number in the file."""
    import pyarrow as pa

    columns = {
        name: pa.array(_number_texts(table[name]), pa.string())
        if pa.types.is_floating(table[name].type)
        else table[name]
        for name in table.column_names
    }
    return _numbered(pa.table(columns).to_pandas(), reading)


def typed(
    table: "pa.Table", reading: Reading, missing: Collection[str]
) -> "tuple[pd.DataFrame, Reading]":
    """Return numeric columns as floats and text as categories, the index as in ``as_text``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns: dict[str, Any] = {}
    for name in table.column_names:
        cells = table[name]
        if pa.types.is_string(cells.type):
            known = pc.is_in(cells, value_set=pa.array(list(missing), pa.string()))
            numbers = pc.if_else(known, pa.scalar(None, pa.string()), cells)
            if _all_numbers(numbers):
                cells = numbers.cast(pa.float64())
            else:
                cells = cells.dictionary_encode()
        columns[name] = cells
    return _numbered(pa.table(columns).to_pandas(), reading)


def _text_names(table: "pa.Table") -> list[str]:
    import pyarrow as pa

    return [name for name in table.column_names if pa.types.is_string(table[name].type)]


def _first_match(
    cells: Any, pattern: str, name: str, reading: Reading
) -> tuple[int, str, str] | None:
    import pyarrow.compute as pc

    place = pc.index(pc.match_substring_regex(cells, pattern), True).as_py()
    return None if place < 0 else (place + reading.first_row, name, cells[place].as_py())


def _comma_to_point(cells: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(cells.type):
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


def _without_nameless(table: "pa.Table", reading: Reading) -> "tuple[pa.Table, Reading]":
    """Leave out columns that have neither a name nor a cell, as a trailing delimiter makes."""
    kept = []
    for name in table.column_names:
        if not name.startswith(NAMELESS):
            kept.append(name)
        elif table[name].null_count < table.num_rows:
            raise BadInput(
                "column {number} has cells but no name in row 1; give it a name",
                number=name.removeprefix(NAMELESS),
            )
    table = table.select(kept)
    return table, replace(reading, columns=tuple(kept))


def _number_texts(cells: Any) -> list[str | None]:
    numbers = cells.to_pylist()
    return [
        None if x is None or x != x else str(int(x)) if x == int(x) else repr(x) for x in numbers
    ]


def _numbered(frame: "pd.DataFrame", reading: Reading) -> "tuple[pd.DataFrame, Reading]":
    import pandas as pd

    frame.index = pd.RangeIndex(reading.first_row, reading.first_row + len(frame), name="row")
    frame = frame.dropna(how="all")
    if frame.empty:
        raise BadInput("the file has a header but no filled rows; send the file with its rows")
    return frame, replace(reading, rows=len(frame))
