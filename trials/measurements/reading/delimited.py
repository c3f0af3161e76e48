"""Delimited text: which encoding, which delimiter, and the cells."""

import codecs
import csv
import io
from typing import TYPE_CHECKING, Any

from trials.errors import BadInput
from trials.measurements.reading.limits import Limits
from trials.measurements.reading.outcome import NAMELESS

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = (";", ",", "\t", "|")
NAMED_PROBLEMS = 20
PART = 1_000_000  # bytes checked at a time
HEADER_LINES = 100  # at most, where names hold line ends


def read_delimited(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    """Return the cells as text columns, and encoding and delimiter."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    text, encoding = decode(content)
    header, delimiter, skipped = _header(text)
    names = checked_names(next(csv.reader(io.StringIO(header), delimiter=delimiter)), limits)
    inside = header.count("\n")  # line ends in the names of columns
    lines = text.count(b"\n", 0, len(text.rstrip())) - skipped - inside
    if lines < 1:
        raise BadInput("the file has a header but no rows; send the file with its rows")
    limits.check_table(lines, len(names))
    ragged: list[Any] = []

    def keep(row: Any) -> str:
        ragged.append(row)
        return "skip"

    table = arrow_csv.read_csv(
        pa.BufferReader(text),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, column_names=names, skip_rows=1 + skipped + inside
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )
    if ragged:
        raise _ragged(ragged, inside)
    return table, {"encoding": encoding, "delimiter": delimiter, "first_row": 2 + skipped}


def decode(content: bytes) -> tuple[bytes, str]:
    """Return the text in UTF-8 and the name of its encoding: UTF-8, -16, -32 or Windows-1252."""
    if content.startswith(codecs.BOM_UTF32_LE):  # begins as UTF-16 does
        return _plain_newlines(content.decode("utf-32").encode()), "UTF-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _plain_newlines(content.decode("utf-16").encode()), "UTF-16"
    if _is_utf8(content):
        return _plain_newlines(content.removeprefix(codecs.BOM_UTF8)), "UTF-8"
    try:
        return _plain_newlines(content.decode("cp1252").encode()), "Windows-1252"
    except UnicodeDecodeError as error:
        raise BadInput(
            "row {row} holds a character that is neither UTF-8 nor Windows-1252; "
            "save the file as CSV UTF-8",
            row=content.count(b"\n", 0, error.start) + 1,
        ) from None


def _is_utf8(content: bytes) -> bool:
    """Say whether ``content`` is UTF-8, a part at a time: a large file is not held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), PART):
            decoder.decode(content[start : start + PART], final=start + PART >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def checked_names(names: list[str], limits: Limits) -> list[str]:
    """Refuse a header with doubles or too many columns; a nameless column is marked."""
    clean = [name.strip() or f"{NAMELESS}{k}" for k, name in enumerate(names, start=1)]
    limits.check_table(0, len(clean))
    for k, name in enumerate(clean):
        if name in clean[:k]:
            raise BadInput(
                "row 1 names two columns {column}; give each column its own name", column=name
            )
    return clean


def _plain_newlines(text: bytes) -> bytes:
    """Return the text with line feeds where an old Mac wrote carriage returns."""
    if text.count(b"\r") == text.count(b"\r\n"):
        return text
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _header(text: bytes) -> tuple[str, str, int]:
    """Return the header, the delimiter, and how many lines stand before the header."""
    first, rest = _first_line(text, 0)
    if first.lower().startswith("sep=") and len(first) == 5:  # written by Excel
        return _first_line(text, rest)[0], first[4], 1
    while first.count('"') % 2 and first.count("\n") < HEADER_LINES and rest < len(text):
        more, rest = _first_line(text, rest)
        first = f"{first}\n{more}"
    outside = "".join(first.split('"')[::2])
    return first, max(DELIMITERS, key=outside.count), 0


def _first_line(text: bytes, start: int) -> tuple[str, int]:
    end = text.find(b"\n", start)
    end = len(text) if end < 0 else end
    return text[start:end].decode().rstrip("\r"), end + 1


def _ragged(rows: list[Any], inside: int) -> BadInput:
    problems = tuple(
        BadInput(
            "row {row} has {found} cells where the header has {expected}; "
            "put text that contains the delimiter between quotes",
            row=row.number - inside,
            found=row.actual_columns,
            expected=row.expected_columns,
        )
        for row in rows[:NAMED_PROBLEMS]
    )
    return BadInput(problems[0].sentence, problems, **problems[0].values)
