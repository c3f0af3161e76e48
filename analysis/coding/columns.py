"""One column of data: numbers or labels, with what is missing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.levels import CODE, counted, occurring, ranked, translated
from analysis.engine.arrays import Floats, Ints
from analysis.errors import AnalysisError

MOSTLY = 0.5  # share of numbers above which text cells in a column are taken for mistakes
LARGEST = 1e100  # of a number; the products of larger ones would not fit
NAMED_ROWS = 5  # how many rows a refusal names


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A numeric column, shape (n,); NaN is missing."""

    name: str
    values: Floats

    @property
    def missing(self) -> NDArray[np.bool_]:
        return np.isnan(self.values)

    def take(self, rows: NDArray[np.bool_]) -> "Numbers":
        """Return the chosen rows; all of them are not copied."""
        return self if rows.all() else Numbers(self.name, self.values[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A column of labels: codes into ``levels``, shape (n,); -1 is missing."""

    name: str
    codes: Ints
    levels: tuple[str, ...]

    @property
    def missing(self) -> NDArray[np.bool_]:
        return self.codes < 0

    def take(self, rows: NDArray[np.bool_]) -> "Labels":
        """Return the chosen rows, with the levels that still occur."""
        if rows.all():
            return self
        return _present(self.name, self.codes[rows], self.levels)


def number_column(
    frame: Mapping[str, Any], name: str, *, missing: Collection[str], rows: Ints
) -> Numbers | Labels:
    """Return a column to compute with: numbers, or labels where the cells are text.

    Raises ``AnalysisError`` for a column the frame lacks, one that is mostly numeric with text
    cells, and infinite or far too large values, naming rows by the numbers in ``rows``.
    """
    cells = raw_cells(frame, name)
    if cells.dtype.kind in "biuf":
        numbers = cells.astype(float, copy=bool(missing))  # the caller's own are not changed
        for text in missing:
            numbers[numbers == _as_number(text)] = np.nan
        return _bounded(name, numbers, rows)
    return _numbers_or_labels(name, cells, missing, rows)


def label_column(frame: Mapping[str, Any], name: str, *, missing: Collection[str] = ()) -> Labels:
    """Return a column of labels; numbers become their shortest text and keep their order."""
    categorical = getattr(frame[name], "cat", None) if name in frame else None
    if categorical is not None:  # of pandas: its codes are ready
        return _recoded(name, categorical, missing)
    cells = raw_cells(frame, name)
    if cells.dtype.kind in "biuf":
        return _numeric_labels(name, cells.astype(float, copy=bool(missing)), missing)
    return _labels(name, [_text(cell, missing) for cell in cells])


def raw_cells(frame: Mapping[str, Any], name: str) -> NDArray[Any]:
    """Return the cells of column ``name`` as an array.

    Raises ``AnalysisError`` for a column the frame lacks.
    """
    if name not in frame:
        known = ", ".join(str(column) for column in frame)
        raise AnalysisError(
            "there is no column {column}; the columns are {known}", column=name, known=known
        )
    column = frame[name]
    if hasattr(column, "cat"):  # a categorical of pandas: codes are ready
        column = column.astype(object)
    cells = np.asarray(column)
    return cells.astype(object) if cells.dtype.kind not in "biufO" else cells


def _bounded(name: str, numbers: Floats, rows: Ints) -> Numbers:
    beyond = np.flatnonzero((numbers > LARGEST) | (numbers < -LARGEST))
    if beyond.size:
        raise AnalysisError(
            "column {column}: row {rows} holds an infinite value, or one too large to compute "
            "with; correct it or empty the cell",
            column=name,
            rows=row_list(rows[beyond]),
        )
    return Numbers(name, numbers)


def _numbers_or_labels(
    name: str, cells: NDArray[Any], missing: Collection[str], rows: Ints
) -> Numbers | Labels:
    texts = [_text(cell, missing) for cell in cells]
    numbers = np.array([np.nan if text is None else _as_number(text) for text in texts])
    filled = np.array([text is not None for text in texts])
    wrong = np.flatnonzero(filled & np.isnan(numbers))
    if wrong.size == 0 and filled.any():
        return _bounded(name, numbers, rows)
    if filled.any() and 1 - wrong.size / filled.sum() > MOSTLY:
        raise AnalysisError(
            "column {column} holds numbers, but row {rows} holds text ({example}); "
            "correct it, empty the cell, or name the text as missing",
            column=name,
            rows=row_list(rows[wrong]),
            example=texts[wrong[0]],
        )
    return _labels(name, texts)


def _numeric_labels(name: str, numbers: Floats, missing: Collection[str]) -> Labels:
    for text in missing:
        numbers[numbers == _as_number(text)] = np.nan
    codes, levels = counted(numbers) or ranked(numbers)
    return Labels(name, codes, tuple(_shortest(level) for level in levels))


def _recoded(name: str, categorical: Any, missing: Collection[str]) -> Labels:
    texts = [_text(category, missing) for category in categorical.categories]
    found = _labels(name, texts)
    place = np.append(found.codes, -1)  # a code of -1 is missing and stays so
    return _present(name, translated(categorical.codes.to_numpy(), place), found.levels)


def _present(name: str, codes: Ints, levels: tuple[str, ...]) -> Labels:
    """Return labels with only the levels that occur; missing stays -1."""
    occurs = occurring(codes, len(levels))
    place = np.append(np.cumsum(occurs) - 1, -1)  # the last is for -1
    kept = tuple(level for level, here in zip(levels, occurs, strict=True) if here)
    return Labels(name, translated(codes, place), kept)


def _labels(name: str, texts: list[str | None]) -> Labels:
    levels = sorted({text for text in texts if text is not None})
    place = {level: k for k, level in enumerate(levels)}
    codes = np.array([-1 if text is None else place[text] for text in texts], dtype=CODE)
    return Labels(name, codes, tuple(levels))


def _text(cell: Any, missing: Collection[str]) -> str | None:
    if cell is None or str(cell) == "<NA>" or cell != cell:  # NaN differs from itself, NA asks
        return None
    if isinstance(cell, bool | int | float | np.number):
        text = _shortest(float(cell))
    else:
        text = str(cell).strip()
    return None if text == "" or text in missing else text


def is_text(text: str) -> bool:
    """Say whether a cell is no number."""
    return bool(np.isnan(_as_number(text)))


def _as_number(text: str) -> float:
    if "_" in text:  # Python reads 1_000
        return float("nan")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _shortest(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(float(number))


def row_list(rows: NDArray[np.intp]) -> str:
    """Return row numbers for a sentence, the first few by name: ``3, 7, 9, … (+12)``."""
    named = ", ".join(str(row) for row in rows[:NAMED_ROWS])
    return named if rows.size <= NAMED_ROWS else f"{named}, … (+{rows.size - NAMED_ROWS})"
