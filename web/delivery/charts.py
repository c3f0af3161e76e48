"""Fidelity over weeks as a line per component, drawn as SVG by the template."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trials.agreements.protocol import Protocol
from trials.delivery.queries import WeekOfFidelity
from web.languages import words

WIDTH, HEIGHT = 300, 200  # of the drawing area, in units of the SVG
LABEL_HEIGHT = 24
DASHES = ("", "12 6", "3 5", "12 5 3 5")  # lines differ in pattern, not in colour alone


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    week: date
    mean: float  # percent


@dataclass(frozen=True, slots=True)
class Line:
    title: str  # of the component
    dash: str
    points: tuple[Point, ...]
    label_y: float  # moved so that the labels of lines do not overlap

    @property
    def path(self) -> str:
        """The points as SVG's ``polyline`` takes them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[Line, ...]
    weeks: tuple[date, ...]
    overall: float  # percent, the mean of the newest week
    newest: date
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(weeks: Sequence[WeekOfFidelity], protocol: Protocol) -> Chart | None:
    """Return the chart of weekly means; None while nothing was checked."""
    if not weeks:
        return None
    days = sorted({entry.week for entry in weeks})
    drawn = [
        (words(part, "title"), DASHES[k % len(DASHES)], _points(weeks, part.code, days))
        for k, part in enumerate(protocol.components)
    ]
    drawn = [line for line in drawn if line[2]]
    heights = _apart([points[-1].y for _, _, points in drawn])
    newest = [entry.mean for entry in weeks if entry.week == days[-1]]
    return Chart(
        tuple(Line(*line, height) for line, height in zip(drawn, heights, strict=True)),
        tuple(days),
        sum(newest) / len(newest),
        days[-1],
    )


def _points(weeks: Sequence[WeekOfFidelity], component: str, days: list[date]) -> tuple[Point, ...]:
    span = max(1, (days[-1] - days[0]).days)
    return tuple(
        Point(
            WIDTH * (entry.week - days[0]).days / span if len(days) > 1 else WIDTH / 2,
            HEIGHT * (1 - entry.mean / 100),
            entry.week,
            entry.mean,
        )
        for entry in weeks
        if entry.component == component
    )


def _apart(heights: list[float]) -> list[float]:
    """Return the heights of labels, moved down until each has a line of its own."""
    moved, free = [0.0] * len(heights), -math.inf
    for k in sorted(range(len(heights)), key=lambda k: heights[k]):
        moved[k] = max(heights[k], free)
        free = moved[k] + LABEL_HEIGHT
    return [height + LABEL_HEIGHT / 3 for height in moved]
