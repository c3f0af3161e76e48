"""The tables of methods.md 2.2 and 2.3, row by row, edges included."""

from decimal import Decimal

import pytest

from trials.evidence.ratings import cost_rating, padlock_start


@pytest.mark.parametrize(
    ("mdes", "padlocks"),
    [(0.10, 5), (0.20, 5), (0.204, 5), (0.21, 4), (0.29, 4), (0.30, 3), (0.39, 3), (0.40, 2),
     (0.49, 2), (0.50, 1), (0.59, 1), (0.60, 0), (1.2, 0)],
)  # fmt: skip
def test_padlocks_by_detectable_effect(mdes: float, padlocks: int) -> None:
    assert padlock_start(mdes=mdes, attrition=0).padlocks == padlocks


@pytest.mark.parametrize(
    ("attrition", "padlocks"),
    [(0.0, 5), (0.10, 5), (0.104, 5), (0.11, 4), (0.20, 4), (0.21, 3), (0.30, 3), (0.31, 2),
     (0.40, 2), (0.41, 1), (0.50, 1), (0.51, 0), (1.0, 0)],
)  # fmt: skip
def test_padlocks_by_attrition(attrition: float, padlocks: int) -> None:
    assert padlock_start(mdes=0.1, attrition=attrition).padlocks == padlocks


def test_the_worst_column_decides() -> None:
    start = padlock_start(mdes=0.25, attrition=0.35)

    assert (start.padlocks, start.by_mdes, start.by_attrition) == (2, 4, 2)


@pytest.mark.parametrize(
    ("euro", "rating"),
    [("0", "very_low"), ("80", "very_low"), ("80.01", "low"), ("200", "low"), ("201", "moderate"),
     ("720", "moderate"), ("1200", "high"), ("1200.01", "very_high")],
)  # fmt: skip
def test_cost_bands(euro: str, rating: str) -> None:
    assert cost_rating(Decimal(euro)) == rating
