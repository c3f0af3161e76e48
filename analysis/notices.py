"""What a reader must know before the numbers: sentences with blanks, found back in a result."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence in English, the key of its translation; the blanks are filled where it is told."""

    sentence: str

    def told(self, **values: object) -> str:
        return self.sentence.format(**values)

    def values_in(self, told: str) -> dict[str, str] | None:
        """Return what fills the blanks of a sentence told before; None for another sentence."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(self.sentence))
        found = re.fullmatch(pattern, told)
        return None if found is None else found.groupdict()


FEW = Notice("There are only {n} schools; the variance between schools is hardly known.")
ZERO_SCHOOL = Notice(
    "The fit is singular: the variance at the level of the school is estimated at zero; "
    "Kenward-Roger keeps its degrees of freedom sane there."
)
ZERO_CLASS = Notice(
    "The fit is singular: the variance at the level of the class is estimated at zero; "
    "Kenward-Roger keeps its degrees of freedom sane there."
)
SLOPES = Notice(
    "The fit is singular: the slopes of schools follow from their levels, or do not vary, "
    "so the data cannot tell the two apart; design multisite asks less of them."
)
TWICE = Notice(
    "Column {column} repeats a pupil of the same school in row {rows}; "
    "if it names pupils, some are in the file twice."
)
CODE = Notice(
    "Column {column} holds {value} for {count} pupils, far from all its other values; if it stands "
    "for a missing value, empty those cells or name it with --missing."
)
NOTICES = (FEW, ZERO_SCHOOL, ZERO_CLASS, SLOPES, TWICE, CODE)
