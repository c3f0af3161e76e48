"""Tables as a CSV file that a Dutch spreadsheet opens: UTF-8 with its mark, semicolons."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

FORMULA_STARTS = "=+-@\t\r\n"


def as_spreadsheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the file; text that a spreadsheet would run as a formula is made inert."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def inert(cell: object) -> object:
    """Keep a text from being read as a formula, full-width signs included; numbers stay."""
    if not isinstance(cell, str):
        return cell
    start = unicodedata.normalize("NFKC", cell).lstrip(" ")[:1]
    return f"'{cell}" if start and start in FORMULA_STARTS else cell
