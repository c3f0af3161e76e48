"""Tables as a CSV file that a Dutch spreadsheet opens: UTF-8 with its mark, semicolons."""

import csv
import io
from collections.abc import Iterable, Sequence

from trials.tables import inert


def as_spreadsheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the file; text that a spreadsheet would run as a formula is made inert."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(c) if isinstance(c, str) else c for c in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
