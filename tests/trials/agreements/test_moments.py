"""Three months are months of the calendar, in Amsterdam."""

from datetime import UTC, datetime

import pytest

from trials.agreements.moments import is_late, plan_due
from trials.calls.models import Trial


@pytest.mark.parametrize(
    ("drawn", "due"),
    [
        (datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 6, 1, 11, tzinfo=UTC)),  # summer time
        (datetime(2027, 11, 30, 12, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)),
        (datetime(2027, 1, 31, 23, 30, tzinfo=UTC), datetime(2027, 4, 30, 22, 30, tzinfo=UTC)),
    ],
)
def test_three_months_after_the_draw(drawn, due):
    trial = Trial(first_drawn_at=drawn)

    assert plan_due(trial).astimezone(UTC) == due
    assert not is_late(trial, due)
    assert is_late(trial, due.replace(second=1))


def test_before_the_draw_nothing_is_late():
    assert plan_due(Trial()) is None
    assert not is_late(Trial(), datetime(2040, 1, 1, tzinfo=UTC))
