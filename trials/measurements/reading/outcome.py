"""How a file was read."""

from dataclasses import dataclass
from typing import Any

FIRST_ROW = 2  # the header is row 1
NAMELESS = "\x00"  # stands before the number of a column that has no name
Cells = dict[str, Any]  # arrow columns by name; a step changes them in place, which frees the old


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file was read, to be shown back to whoever sent it."""

    format: str  # "csv", "xlsx", "parquet", "dta", "sav"
    rows: int  # rows with at least one cell filled
    columns: tuple[str, ...]
    sha256: str  # of the bytes as they came
    encoding: str | None = None  # text files only, as all below but the sheet
    delimiter: str | None = None
    decimal_mark: str = "."
    sheet: str | None = None  # the sheet of a workbook that was read
    first_row: int = FIRST_ROW  # number in the file of the first row of data

    @property
    def told(self) -> str:
        """How it was read, for the command line, e.g. ``9 rows of csv, separated by ';'``."""
        parts = [f"{self.rows} rows of {self.format}"]
        if self.delimiter:
            parts.append(f"separated by {self.delimiter!r}")
        if self.decimal_mark == ",":
            parts.append("with decimal commas")
        if self.encoding:
            parts.append(f"in {self.encoding}")
        return ", ".join(parts)
