"""Single cells of the published files: codes, numbers and names, or what is wrong with them."""

import re

from trials.errors import BadInput

SITE_CODE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
MASKS = re.compile(r"<\s?[0-9]+|x", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
MISREAD = re.compile(r"[ÃÂ][\x80-\xbf]|â€|\ufffd|ƒ")  # UTF-8 read as Windows-1252, or the reverse
PUNCTUATION = set("’‘–—²³°·")


def site_code(brin: str, site: str) -> str:
    """Return the six-character site code from any of DUO's three shapes.

    ``site`` is the whole code, or the two digits that follow ``brin``. Raises ``BadInput``.
    """
    code = (site if len(site) > 2 else brin + site).upper()
    if not SITE_CODE.fullmatch(code):
        raise BadInput(
            "'{value}' is no site code, which is two digits, two letters and two digits "
            "(16AH00); import the file as it was downloaded, not as a spreadsheet saved it",
            value=code,
        )
    if not code.startswith(brin.upper()):
        raise BadInput(
            "site {value} does not belong to school {brin}; download the file again",
            value=code,
            brin=brin,
        )
    return code


def board_number(value: str) -> str:
    """Return the five digits of a board (bevoegd gezag)."""
    if not re.fullmatch(r"[0-9]{5}", value):
        raise BadInput(
            "'{value}' is no board number, which has five digits; download the file again",
            value=value,
        )
    return value


def municipality_code(value: str) -> str:
    """Return the four digits of a municipality; some files leave out the leading zeros."""
    if not re.fullmatch(r"[0-9]{1,4}", value):
        raise BadInput(
            "'{value}' is no municipality number, which has at most four digits; "
            "download the file again",
            value=value,
        )
    return value.zfill(4)


def postcode(value: str) -> str:
    """Return a postcode as ``7822 HG``, or the empty string."""
    tight = value.replace(" ", "").upper()
    if not tight:
        return ""
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", tight):
        raise BadInput(
            "'{value}' is no postcode, which is four digits and two letters; "
            "download the file again",
            value=value,
        )
    return f"{tight[:4]} {tight[4:]}"


def text(value: str, longest: int) -> str:
    """Return a name as it is, once it is sure to be one.

    Raises ``BadInput`` for characters that only a wrong encoding brings, and for a name longer
    than ``longest`` characters.
    """
    strange = next((c for c in value if not (c.isascii() or c.isalpha() or c in PUNCTUATION)), "")
    control = next((c for c in value if ord(c) < 32), "")
    misread = MISREAD.search(value)
    if strange or control or misread:
        raise BadInput(
            "'{value}' holds characters that belong in no name, so the file's encoding is not "
            "UTF-8 or Windows-1252; download it again and do not open it in between",
            value=value,
        )
    if len(value) > longest:
        raise BadInput(
            "'{value}' is longer than {longest} characters; check that the columns are in place",
            value=value[:40],
            longest=longest,
        )
    return value


def number(value: str, *, whole: bool) -> tuple[float | None, str | None]:
    """Return a published number, or the mark in its place (``<5``, ``x``).

    A decimal comma and a decimal point are both read; a ``whole`` number has neither.
    """
    if MASKS.fullmatch(value):
        return None, value
    if not NUMBER.fullmatch(value):
        raise BadInput("'{value}' is no number; correct the cell or leave it empty", value=value)
    if whole and not value.isdigit():
        raise BadInput(
            "'{value}' is no whole number; correct the cell or leave it empty", value=value
        )
    return float(value.replace(",", ".")), None
