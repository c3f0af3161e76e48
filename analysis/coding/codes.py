"""Whether a column of numbers holds a code that stands for a missing value."""

import numpy as np

from analysis.coding.columns import Numbers
from analysis.coding.sample import Sample
from analysis.notices import CODE

CODES = np.array([s * int("9" * k) for k in range(1, 7) for s in (-1, 1)], dtype=float)


def codes_for_missing(sample: Sample, outcome: str) -> list[str]:
    """Return a sentence for each value of nines that lies farther off than the others do apart."""
    found = []
    columns = [c for c in sample.covariates if isinstance(c, Numbers)]
    for column in [Numbers(outcome, sample.outcome), *columns]:
        values = column.values
        if not np.isin([values.min(), values.max()], CODES).any():
            continue
        others = values[~np.isin(values, CODES)]
        if not others.size:
            continue
        low, high = others.min(), others.max()
        for code in CODES:
            count = int(np.sum(values == code))
            if count and max(low - code, code - high) > high - low:
                found.append(CODE.told(column=column.name, value=f"{code:g}", count=count))
    return found
