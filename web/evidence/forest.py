"""Where effects stand in the forest plot: positions only, the numbers come from the estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, EDGE = 440, 12  # of the scale, and what is kept free on both sides
NO_EFFECT = 0.04  # standard deviations: what the table of months calls zero


@dataclass(frozen=True, slots=True)
class Row:
    """One effect with its interval, in drawing units."""

    label: str
    value: float
    low: float
    high: float
    x: float
    x_low: float
    x_high: float


@dataclass(frozen=True, slots=True)
class Forest:
    rows: tuple[Row, ...]
    zero: float
    band: tuple[float, float]  # left edge and width of "no effect"
    width: int


def forest(effects: Sequence[tuple[str, dict[str, Any]]]) -> Forest:
    """Place effects on one scale that always holds zero and an effect of a fifth both ways."""
    widest = max([0.2, *(abs(e[side]) for _, e in effects for side in ("low", "high"))])

    def at(value: float) -> float:
        return round(EDGE + (value + widest) / (2 * widest) * (WIDTH - 2 * EDGE), 1)

    rows = tuple(
        Row(
            label=label,
            value=effect["value"],
            low=effect["low"],
            high=effect["high"],
            x=at(effect["value"]),
            x_low=at(effect["low"]),
            x_high=at(effect["high"]),
        )
        for label, effect in effects
    )
    return Forest(
        rows,
        zero=at(0),
        band=(at(-NO_EFFECT), round(at(NO_EFFECT) - at(-NO_EFFECT), 1)),
        width=WIDTH,
    )
