"""Ratings of a result from versioned tables: how secure it is, and what it costs.

Tables after the EEF's classification of security (2019) and cost bands; months of progress are
rated where effects are estimated, in ``analysis``.
"""

from dataclasses import dataclass
from decimal import Decimal

PADLOCKS_VERSION = "padlocks-2019/1"
MDES_BANDS = (0.20, 0.29, 0.39, 0.49, 0.59)  # 5, 4, 3, 2, 1 padlocks at most up to here
ATTRITION_BANDS = (10, 20, 30, 40, 50)  # percent of pupils

COST_VERSION = "cost-euro/1"  # euro bands are our own choice, after the EEF's in pounds
COST_BANDS = (
    ("very_low", Decimal(80)),
    ("low", Decimal(200)),
    ("moderate", Decimal(720)),
    ("high", Decimal(1200)),
)


@dataclass(frozen=True, slots=True)
class PadlockStart:
    """The rating a randomised trial starts with, before threats can only lower it."""

    padlocks: int  # 0 to 5: the lowest of the two below
    by_mdes: int
    by_attrition: int


def padlock_start(*, mdes: float, attrition: float) -> PadlockStart:
    """Rate a randomised trial by its detectable effect at the draw and its loss of pupils.

    ``mdes`` is in standard deviations, ``attrition`` a share from 0 to 1 of the pupils drawn.
    Both are rounded as the bands are printed: two decimals and whole percents.
    """
    by_mdes = _band(round(mdes, 2), MDES_BANDS)
    by_attrition = _band(round(attrition * 100), ATTRITION_BANDS)
    return PadlockStart(min(by_mdes, by_attrition), by_mdes, by_attrition)


def _band(value: float, bounds: tuple[float, ...]) -> int:
    return 5 - sum(value > bound for bound in bounds)


def cost_rating(euro_per_pupil_per_year: Decimal) -> str:
    """Return the cost band of a yearly cost per pupil, in euro."""
    for name, bound in COST_BANDS:
        if euro_per_pupil_per_year <= bound:
            return name
    return "very_high"
