"""Workbooks: how large the table in one is, before anything makes room for it.

The reader makes room for every cell up to the last one, and copies a shared text to every cell
that names it, so that a workbook of two kilobytes could ask for half a terabyte.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise

from trials.errors import BadInput
from trials.measurements.reading.limits import Limits

PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,7})([0-9]{1,9})["']""")
OPENED = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])")
SHARED = re.compile(rb"""=\s*["']s["']""")  # a cell that repeats a text of the shared ones
NUMBERED = re.compile(rb"""=\s*["']s["'][^<]*<(?:[\w.-]+:)?v>\s*([0-9]{1,9})\s*<""")
TEXT = re.compile(rb"<(?:[\w.-]+:)?si(?=[\s/>])")
PART = 1_000_000  # bytes unpacked at a time


def check_workbook(content: bytes, limits: Limits) -> None:
    """Refuse a ZIP file that is no workbook, or unpacks, spreads or repeats itself too far."""
    lengths, shared, unknown = [0], [], 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise BadInput("the file is a ZIP file but no workbook; save the table as .xlsx")
        limits.check_unpacked(sum(entry.file_size for entry in archive.infolist()))
        for entry in archive.infolist():
            text = _unpacked(archive, entry, limits)
            if b"<" in text[:4] and b"\x00" in text[:8]:  # more than one byte a letter
                raise BadInput("the workbook is not written in UTF-8; save it again as .xlsx")
            if b"sheetData" in text:
                limits.check_table(*_extent(text))
                shared += [int(number) for number in NUMBERED.findall(text)]
                unknown += len(SHARED.findall(text))
            elif starts := [match.start() for match in TEXT.finditer(text)]:
                lengths = [b - a for a, b in pairwise([*starts, len(text)])]
    unknown -= len(shared)
    repeated = sum(lengths[number] for number in shared if number < len(lengths))
    limits.check_unpacked(repeated + unknown * max(lengths))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> bytes:
    """Return a part, never more of it than may be: the size that an archive states may be false."""
    found = io.BytesIO()
    with archive.open(entry) as part:
        while piece := part.read(PART):
            found.write(piece)
            limits.check_unpacked(found.tell())
    return found.getvalue()


def _extent(text: bytes) -> tuple[int, int]:
    """Return at most how many rows, the header not counted, and columns a sheet reaches."""
    places = PLACE.findall(text)
    rows = max((int(row) for _, row in places), default=0)
    columns = max((_number(letters) for letters in {letters for letters, _ in places}), default=0)
    runs = list(_runs(text)) if len(OPENED.findall(text)) > len(places) else []
    return max(0, rows + len(runs) - 1), columns + max(runs, default=0)


def _runs(text: bytes) -> Iterator[int]:
    """Yield how many cells each row has, for rows that do not say the places of their cells."""
    run = 0
    for match in OPENED.finditer(text):
        if match[1] == b"row":
            yield run
            run = 0
        else:
            run += 1
    yield run


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
