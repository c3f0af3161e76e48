"""The plot of recruitment: places taken over time against the target, as points of an SVG."""

from dataclasses import dataclass
from datetime import datetime

from trials.signups.models import SchoolCall
from trials.signups.queries import Recruitment

WIDTH, HEIGHT = 440, 220
LEFT, RIGHT, TOP, BOTTOM = 4, 48, 32, 32


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates in a box of 440 by 220, small enough to be read on a phone."""

    path: str  # of the step line
    end_x: float
    end_y: float
    target_y: float
    now_x: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def recruitment_chart(seen: Recruitment, call: SchoolCall | None, now: datetime) -> Chart | None:
    """Return the chart, or None for a reader who may not know when places were taken."""
    if seen.places_taken_at is None or call is None:
        return None
    top = max(seen.places, seen.taken, 1)
    span = (call.closes_at - call.opens_at).total_seconds()

    def x(moment: datetime) -> float:
        share = (moment - call.opens_at).total_seconds() / span
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def y(count: int) -> float:
        return round(HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM), 1)

    steps = [f"M{LEFT} {y(0)}"]
    for count, moment in enumerate(seen.places_taken_at, start=1):
        steps.append(f"H{x(moment)}V{y(count)}")
    until = min(now, call.closes_at)
    steps.append(f"H{x(until)}")
    return Chart("".join(steps), x(until), y(len(seen.places_taken_at)), y(seen.places), x(now))
