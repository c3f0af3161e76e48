"""Days as schools in the Netherlands count them: in Amsterdam."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def day_of(moment: datetime) -> date:
    """Return the day it is in Amsterdam at ``moment``."""
    return moment.astimezone(AMSTERDAM).date()
