"""One cell at a time: numbers, scores within their range, days, levels; every problem is kept."""

import re
from datetime import date

from trials.agreements.protocol import Column, ColumnKind, InstrumentPlan
from trials.errors import BadInput

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")
DUTCH_DAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.]+)?")  # a workbook adds a time


class Cells:
    """Reads the cells of one file. Each reader returns None for a cell that must be mended."""

    def __init__(self, *, decimal_mark: str, today: date) -> None:
        self.problems: list[BadInput] = []
        self._decimal_mark = decimal_mark
        self._today = today

    def number(self, row: int, column: str, text: str) -> float | None:
        if NUMBER.fullmatch(text):
            return float(text)
        self.problems.append(
            BadInput(
                "row {row}, column {column}: {value} is not a number; "
                "correct it or leave the cell empty",
                row=row,
                column=column,
                value=self._as_sent(text),
            )
        )
        return None

    def score(self, row: int, column: str, text: str, plan: InstrumentPlan) -> float | None:
        """Return a score that the instrument can give."""
        value = self.number(row, column, text)
        if value is None or plan.lowest <= value <= plan.highest:
            return value
        above = value > plan.highest
        limit = self._as_sent(f"{plan.highest if above else plan.lowest:g}")
        shown = self._as_sent(text)
        self.problems.append(
            BadInput(
                "row {row}, column {column}: score {value} is above the highest possible "
                "score {limit}; correct the score or leave the cell empty",
                row=row,
                column=column,
                value=shown,
                limit=limit,
            )
            if above
            else BadInput(
                "row {row}, column {column}: score {value} is below the lowest possible "
                "score {limit}; correct the score or leave the cell empty",
                row=row,
                column=column,
                value=shown,
                limit=limit,
            )
        )
        return None

    def day(self, row: int, column: str, text: str) -> date | None:
        """Return a day that is not in the future, written the Dutch or the ISO way."""
        day = _day(text)
        if day is None:
            self.problems.append(
                BadInput(
                    "row {row}, column {column}: {value} is not a day; write it like 12-03-2027",
                    row=row,
                    column=column,
                    value=self._as_sent(text),
                )
            )
        elif day > self._today:
            self.problems.append(
                BadInput(
                    "row {row}, column {column}: {value} lies in the future; correct the day",
                    row=row,
                    column=column,
                    value=text,
                )
            )
            return None
        return day

    def covariate(self, row: int, name: str, text: str, column: Column) -> str | float | None:
        """Return a value of the kind and among the levels that the data list gives."""
        if column.levels and text not in column.levels:
            self.problems.append(
                BadInput(
                    "row {row}, column {column}: {value} is not one of {levels}; "
                    "correct it or leave the cell empty",
                    row=row,
                    column=name,
                    value=self._as_sent(text),
                    levels=", ".join(column.levels),
                )
            )
            return None
        if column.kind is ColumnKind.NUMBER:
            return self.number(row, name, text)
        if column.kind is ColumnKind.DATE:
            day = self.day(row, name, text)
            return day.isoformat() if day else None
        return text[:200]

    def _as_sent(self, text: str) -> str:
        """Return a cell with the decimal mark of the file, so that it can be found there."""
        return text[:40].replace(".", self._decimal_mark)


def _day(text: str) -> date | None:
    dutch = DUTCH_DAY.fullmatch(text)
    try:
        if dutch:
            return date(int(dutch[3]), int(dutch[2]), int(dutch[1]))
        if ISO_DAY.fullmatch(text):
            return date.fromisoformat(text[:10])
    except ValueError:
        pass
    return None
