"""Where effects stand in the forest plot: positions only, the numbers come from the estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, LEFT, RIGHT = 900, 320, 760  # of the drawing, and of the scale within it
ROW, TOP = 56, 24
NO_EFFECT = 0.04  # standard deviations: what the table of months calls zero


@dataclass(frozen=True, slots=True)
class Row:
    """One effect with its interval, in drawing units."""

    label: str
    value: float
    low: float
    high: float
    y: int
    x: float
    x_low: float
    x_high: float


@dataclass(frozen=True, slots=True)
class Forest:
    rows: tuple[Row, ...]
    zero: float
    band: tuple[float, float]  # left edge and width of "no effect"
    width: int
    height: int


def forest(effects: Sequence[tuple[str, dict[str, Any]]]) -> Forest:
    """Place effects on one scale that always holds zero and an effect of a fifth both ways."""
    widest = max([0.2, *(abs(e[side]) for _, e in effects for side in ("low", "high"))])

    def at(value: float) -> float:
        return round(LEFT + (value + widest) / (2 * widest) * (RIGHT - LEFT), 1)

    rows = tuple(
        Row(
            label=label,
            value=effect["value"],
            low=effect["low"],
            high=effect["high"],
            y=TOP + ROW * number + ROW // 2,
            x=at(effect["value"]),
            x_low=at(effect["low"]),
            x_high=at(effect["high"]),
        )
        for number, (label, effect) in enumerate(effects)
    )
    return Forest(
        rows,
        zero=at(0),
        band=(at(-NO_EFFECT), round(at(NO_EFFECT) - at(-NO_EFFECT), 1)),
        width=WIDTH,
        height=TOP + ROW * len(rows) + 48,
    )
