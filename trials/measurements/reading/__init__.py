"""Data files as schools and evaluators send them: the one place where they are read.

What schools really send (``;``, decimal comma, a byte-order mark, Windows-1252) is not bad input:
it is read, and how it was read is handed back so that it can be shown.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from trials.measurements.reading.cells import as_text, check_cells, typed
from trials.measurements.reading.formats import load
from trials.measurements.reading.limits import UPLOAD_LIMITS, Limits
from trials.measurements.reading.outcome import Reading

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["UPLOAD_LIMITS", "Limits", "Reading", "read_cells", "read_table"]


def read_cells(
    content: bytes, *, name: str, limits: Limits = UPLOAD_LIMITS
) -> "tuple[pd.DataFrame, Reading]":
    """Return every cell as text, and how the file was read; for the row checks of an upload.

    Cells are trimmed, an empty one is missing, a decimal comma has become a point, and ``007``
    stays ``007``. The index is the row number in the file, so that a message can name it; rows
    without any cell are left out. Raises ``BadInput`` naming row, column, value and cure.
    """
    columns, reading = load(content, name=name, limits=limits)
    return as_text(columns, check_cells(columns, reading))


def read_table(
    content: bytes, *, name: str, missing: Collection[str] = (), limits: Limits = UPLOAD_LIMITS
) -> "tuple[pd.DataFrame, Reading]":
    """Return numbers as floats and text as categories, and how the file was read; for an analysis.

    A column is numeric when every cell is a number, empty or one of the texts in ``missing``, and
    no number starts with a zero that an identifier would lose. Otherwise as ``read_cells``.
    """
    columns, reading = load(content, name=name, limits=limits)
    return typed(columns, check_cells(columns, reading), missing)
