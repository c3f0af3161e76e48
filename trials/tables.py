"""Tables that leave as CSV, so that no spreadsheet runs a cell as a formula."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from io import StringIO

Cell = str | int | float | None
FORMULA_STARTS = "=+-@\t\r\n\0"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as UTF-8 with commas and a header, quoted as RFC 4180 says.

    A text that a spreadsheet would read as a formula gets an apostrophe in front; None is empty.
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([inert(name) for name in header])
    writer.writerows([inert(c) if isinstance(c, str) else c for c in row] for row in rows)
    return out.getvalue().encode()


def inert(text: str) -> str:
    """Return text that no spreadsheet runs, full-width signs included."""
    start = unicodedata.normalize("NFKC", text).lstrip(" ")[:1]
    return f"'{text}" if start and start in FORMULA_STARTS else text
