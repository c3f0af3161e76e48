"""The last look at a result: no figure without a value leaves this package."""

import math
from collections.abc import Iterator
from typing import Any

from analysis.errors import AnalysisError
from analysis.result import EffectResult


def checked(result: EffectResult) -> EffectResult:
    """Return ``result`` itself, or refuse it with the first place that holds no finite number."""
    for place in _without_value(result.to_dict(), ""):
        raise AnalysisError(
            "{place} has no finite value: the data are too few or too extreme for it; "
            "leave that part out, or look for mistakes in the outcome",
            place=place,
        )
    return result


def _without_value(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, float) and not math.isfinite(value):
        yield place
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _without_value(one, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value, start=1):
            yield from _without_value(one, f"{place} {number}")
