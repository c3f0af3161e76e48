"""Days as schools in the Netherlands count them: in Amsterdam."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from trials.errors import BadInput

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST_YEAR, LAST_YEAR = 2000, 2099  # beyond lies a slip, and no calendar adds days to the last one


def day_of(moment: datetime) -> date:
    """Return the day it is in Amsterdam at ``moment``."""
    return moment.astimezone(AMSTERDAM).date()


def slips(**given: date | datetime | None) -> list[BadInput]:
    """Return a refusal for each field whose year no trial has; None is no day."""
    return [
        BadInput(
            "the year {year} is not between {first} and {last}; check the date",
            field=field,
            year=f"{day.year}",
            first=f"{FIRST_YEAR}",
            last=f"{LAST_YEAR}",
        )
        for field, day in given.items()
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR
    ]


def check_years(**given: date | datetime | None) -> None:
    """Raise ``BadInput`` for the first field whose year no trial has."""
    for slip in slips(**given):
        raise slip
