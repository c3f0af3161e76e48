"""Why an estimate could not be made, in the language of the page."""

from typing import Any

from trials.errors import BadInput
from trials.reports.models import Part
from web.languages import label, sentence_of


def sentences(refusals: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return part, subject and sentence of each estimate that could not be made."""
    return [
        {
            "part": label(Part(one["part"])),
            "subject": one["subject"],
            "sentence": _told(one["sentence"], one["values"]),
        }
        for one in refusals
    ]


def _told(template: str, values: dict[str, str]) -> str:
    return sentence_of(BadInput(template, (), **values))
