"""Published register files, from bytes to rows of text: unpacking, encoding, delimiter, header."""

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from trials.errors import BadInput

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"  # a spreadsheet is a ZIP file
MEGABYTES = 64  # at most; the largest register file so far has 2 MB
ENCODINGS = ("utf-8-sig", "cp1252")
DELIMITERS = (";", ",", "\t")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as text. Every cell is stripped; a blank cell is the empty string."""

    name: str
    sha256: str  # of the unpacked bytes, so that a packed copy is the same edition
    columns: tuple[str, ...]  # as published
    rows: tuple[tuple[str, ...], ...]

    def numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line number in the file (the header is 1) and the cells by column."""
        for number, row in enumerate(self.rows, start=2):
            yield number, dict(zip(self.columns, row, strict=True))


def plain(column: str) -> str:
    """Return a column name as it is compared: capitals, one space for any separator."""
    return re.sub(r"[\s_]+", " ", column).strip().upper()


def read_table(name: str, content: bytes) -> Table:
    """Read one published file, whole or not at all.

    Raises ``BadInput`` for a file that is a spreadsheet, too large, in another encoding than
    UTF-8 or Windows-1252, empty, or with a row of another width than its header.
    """
    raw = _unpacked(name, content)
    text = _decoded(name, raw)
    header = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row
        ]
    except csv.Error as error:
        raise BadInput(
            "the file {file} cannot be read as a table ({reason}); download it again as CSV",
            file=name,
            reason=error,
        ) from error
    if len(rows) < 2:
        raise BadInput("the file {file} holds no rows; download it again", file=name)
    columns = tuple(cell.strip() for cell in rows[0])
    _refuse_other_widths(name, rows, len(columns))
    cells = tuple(tuple(cell.strip() for cell in row) for row in rows[1:])
    return Table(name, hashlib.sha256(raw).hexdigest(), columns, cells)


def _unpacked(name: str, content: bytes) -> bytes:
    if content.startswith(ZIP):
        raise BadInput(
            "the file {file} is a spreadsheet or ZIP file; save the table as CSV", file=name
        )
    if not content.startswith(GZIP):
        raw = content
    else:
        try:
            with gzip.open(io.BytesIO(content)) as packed:
                raw = packed.read(MEGABYTES * 1_000_000 + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise BadInput("the file {file} is damaged; download it again", file=name) from error
    if len(raw) > MEGABYTES * 1_000_000:
        raise BadInput(
            "the file {file} is larger than {most} MB, which no register file is; "
            "check which file it is",
            file=name,
            most=MEGABYTES,
        )
    return raw


def _decoded(name: str, raw: bytes) -> str:
    if b"\0" not in raw:
        for encoding in ENCODINGS:
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise BadInput(
        "the file {file} is neither UTF-8 nor Windows-1252; "
        "save it as CSV in UTF-8 and import it again",
        file=name,
    )


def _refuse_other_widths(name: str, rows: list[list[str]], width: int) -> None:
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != width:
            raise BadInput(
                "the file {file}, row {row}: {found} cells where the header has {expected} "
                "columns; the file is broken off or was edited, download it again",
                file=name,
                row=number,
                found=len(row),
                expected=width,
            )
