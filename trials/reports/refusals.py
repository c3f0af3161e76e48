"""Why an estimate could not be made, and what to know of one that was: kept in no language.

A sentence is kept as its template, the key of its translation, with the values that fill it.
"""

from collections.abc import Iterable
from typing import Any

from analysis.notices import NOTICES
from trials.errors import BadInput

AS_PRINTED = "{notice}"


def kept(refusal: BadInput, place: int, analysis: dict[str, Any]) -> dict[str, Any]:
    """Return a refusal of the analysis asked at ``place``, as JSON holds it."""
    return {
        "place": place,
        "part": analysis["part"],
        "subject": analysis["subject"],
        "sentence": refusal.sentence,
        "values": {name: _plain(value) for name, value in refusal.values.items()},
    }


def _plain(value: object) -> object:
    """A number stays one, so that a page can write it with its own comma."""
    finite = isinstance(value, int | float) and abs(value) < float("inf")
    return value if finite and not isinstance(value, bool) else str(value)


def refused(one: dict[str, Any]) -> BadInput:
    """Return a refusal as it was before it was kept."""
    template, values = one["sentence"], one["values"]
    return BadInput(template, (), **values)


def noticed(warnings: Iterable[str]) -> list[BadInput]:
    """Return the warnings of a result, as ``loting estimate --json`` prints them, to be told.

    One that this version does not know is told as it was printed.
    """
    return [_noticed(warning) for warning in warnings]


def _noticed(warning: str) -> BadInput:
    for notice in NOTICES:
        values = notice.values_in(warning)
        if values is not None:
            return BadInput(notice.sentence, (), **values)
    return BadInput(AS_PRINTED, (), notice=warning)
