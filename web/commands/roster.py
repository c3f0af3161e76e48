"""A roster as schools and offices write it: read as text, with the reading shown back."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs"}


class RosterError(ValueError):
    """The roster cannot be read; the message names the row, the column and the cure."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The cells of a roster, stripped of white space around them."""

    rows: tuple[dict[str, str], ...]
    reading: str  # "40 rows, separated by semicolons, in Windows-1252"


def read_roster(path: Path, columns: Sequence[str]) -> Roster:
    """Read a CSV file in which the named columns have no blank cell.

    Raises RosterError with the first row that needs mending, counting the header as row 1.
    """
    text, encoding = _decoded(path.read_bytes())
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise RosterError(f"the roster is not a CSV file: {error}") from error
    header = [cell.strip() for cell in lines[0]] if lines else []
    for name in columns:
        if header.count(name) != 1:
            raise RosterError(
                f'the column "{name}" is {"twice" if name in header else "not"} in the header; '
                f"the header has {', '.join(header) or 'nothing'}"
            )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        rows.append(_row(number, header, line, columns))
    if not rows:
        raise RosterError("the roster has no rows below its header")
    return Roster(
        tuple(rows), f"{len(rows)} rows, separated by {DELIMITERS[delimiter]}, in {encoding}"
    )


def decimal_text(cell: str) -> str:
    """Return a number with a decimal comma as one with a point; other texts as they are."""
    return cell.replace(",", ".") if cell.count(",") == 1 else cell


def _decoded(content: bytes) -> tuple[str, str]:
    if b"\0" in content:
        raise RosterError("this is not a text file; save the roster as CSV")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "Windows-1252"


def _row(number: int, header: list[str], line: list[str], columns: Sequence[str]) -> dict[str, str]:
    if len(line) != len(header):
        raise RosterError(
            f"row {number} has {len(line)} cells and the header {len(header)}; "
            "put quotes around a cell that holds the separator"
        )
    row = {name: cell.strip() for name, cell in zip(header, line, strict=True)}
    for name in columns:
        if not row[name]:
            raise RosterError(
                f'row {number} has a blank in "{name}"; fill it in, or give blanks a name of '
                'their own, for instance "onbekend"'
            )
    return row
