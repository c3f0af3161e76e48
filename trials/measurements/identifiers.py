"""Numbers that must never come in: citizen service numbers (BSN, PGN) and ECK iDs."""

import re
from collections.abc import Iterable

BSN_SHARE = 0.9  # of a column's values; one random nine-digit number in eleven passes the test
ECK_ID = re.compile(r"https?://ketenid\.nl/\d{6}/[0-9a-f]{128}", re.IGNORECASE)
DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ]\d{4}|\d{4}[-. ]\d{1,2}[-. ]\d{1,2}")
BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes_eleven_test(value: str) -> bool:
    """Say whether a value could be a BSN; eight digits may be one that lost its zero.

    What is written as a date is none: 28-02-2026 would pass.
    """
    if DATE.fullmatch(value.strip()):
        return False
    digits = re.sub(r"[\s.\-]", "", value).removesuffix(",0")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 9)):
        return False
    padded = digits.zfill(9)
    if not padded.strip("0"):
        return False
    weighted = zip(BSN_WEIGHTS, padded, strict=True)
    return sum(weight * int(digit) for weight, digit in weighted) % 11 == 0


def looks_like_bsn(values: Iterable[str]) -> bool:
    """Judge a whole column: two values or more, at least nine in ten pass the eleven-test.

    One value repeated, such as the day of a test, identifies nobody.
    """
    filled = list(values)
    if len(set(filled)) < 2:
        return False
    may_fail = len(filled) - BSN_SHARE * len(filled)
    failed = 0
    for value in filled:
        failed += not passes_eleven_test(value)
        if failed > may_fail + 1e-9:
            return False
    return True


def holds_eck_id(values: Iterable[str]) -> bool:
    """Say whether any value is a chain identity of education."""
    return any(ECK_ID.search(value) for value in values)
