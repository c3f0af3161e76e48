"""When everything happens: fixed moments, so that the demonstration is the same every time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

CLOCK = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)  # where the clock stands when pages are served
OPENING = datetime(2024, 12, 2, 9, 0, tzinfo=UTC)  # the demonstration database begins

OFFSETS = {  # days since the call of the trial was published
    "call": 0,
    "applied": 20,
    "call_closes": 40,
    "scored": 50,
    "awarded": 60,
    "evaluators_call": 65,
    "evaluators_applied": 75,
    "evaluators_close": 90,
    "evaluators_scored": 95,
    "appointed": 100,
    "protocol": 110,
    "school_call": 130,
    "signed_up": 150,
    "board_signed": 160,
    "council": 165,
    "pupils": 180,
    "schools_close": 200,
    "frozen": 210,
    "committed": 211,
    "sealed": 212,
    "reveal_before": 214,
    "revealed": 213,
    "beacon": 215,
    "told": 215,
    "plan": 240,
    "delivery": 280,
    "delivery_until": 480,
    "outcomes": 500,
    "locked": 530,
    "masked": 535,
    "code": 550,
    "true_arms": 560,
    "estimated": 565,
    "report": 600,
    "reviewed": 620,
    "final": 640,
    "published": 660,
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moments of one trial, counted from the day its call was published."""

    start: datetime

    def __getitem__(self, moment: str) -> datetime:
        return self.start + timedelta(days=OFFSETS[moment])
