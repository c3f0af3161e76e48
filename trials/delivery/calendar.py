"""Days and weeks of delivery, as schools in the Netherlands count them."""

from datetime import date, datetime, timedelta

from trials.days import check_years, day_of
from trials.errors import BadInput


def week_of(day: date) -> date:
    """Return the Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def check_not_ahead(day: date, now: datetime) -> None:
    """Refuse a day that has yet to come."""
    check_years(day=day)
    if day > day_of(now):
        raise BadInput("{day} has yet to come; log it when it is over", day=day)
