"""Months of additional progress, from a versioned table."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

TRIAL_TABLE = "eef-trials-2018"
# Lower ends of the bands for 1, 2, … 12 months. In a trial report the band of no progress reaches
# to 0.04; the EEF Toolkit's own table, for reviews, starts its first month at 0.02.
TRIAL_BANDS = tuple(
    Decimal(text)
    for text in (
        *("0.05", "0.10", "0.19", "0.27", "0.36", "0.45"),
        *("0.53", "0.62", "0.70", "0.79", "0.88", "0.96"),
    )
)


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months, negative where the arm did worse, and the table they come from."""

    value: int
    table: str


def months_of_progress(effect_size: float) -> Months:
    """Return the months for an effect in standard deviations, rounded to two decimals first."""
    rounded = Decimal(repr(float(effect_size))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    months = sum(abs(rounded) >= band for band in TRIAL_BANDS)
    return Months(-months if rounded < 0 else months, TRIAL_TABLE)
