"""Why an estimate could not be made, and what to know of one, in the language of the page."""

from collections.abc import Iterable
from typing import Any

from trials.reports.models import Part
from trials.reports.refusals import noticed, refused
from web.languages import label, sentence_of


def sentences(refusals: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return part, subject and sentence of each estimate that could not be made."""
    return [
        {
            "part": label(Part(one["part"])),
            "subject": one["subject"],
            "sentence": sentence_of(refused(one)),
        }
        for one in refusals
    ]


def warned(warnings: Iterable[str]) -> list[str]:
    """Return the warnings of a result, each a sentence."""
    return [sentence_of(one) for one in noticed(warnings)]
