"""The words of every act that takes two persons, as both read them on the page of a proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString, format_decimal, lazy_gettext

from web.formats import moment


@dataclass(frozen=True, slots=True)
class ActWords:
    """What an act is called, and what happens at once when the second person approves."""

    title: LazyString
    consequence: LazyString


ACTS: Mapping[str, ActWords] = {
    "award": ActWords(
        lazy_gettext("Award an application"),
        lazy_gettext(
            "The intervention enters the catalogue, a trial begins, and the applicant is told. "
            "This cannot be undone."
        ),
    ),
    "refuse_rest": ActWords(
        lazy_gettext("Refuse the other applications"),
        lazy_gettext("Every applicant left is told, with the reasons. This cannot be undone."),
    ),
    "appoint": ActWords(
        lazy_gettext("Appoint an evaluator"),
        lazy_gettext(
            "The evaluator's trial manager and analyst get their roles and are told. "
            "This cannot be undone."
        ),
    ),
    "seal": ActWords(
        lazy_gettext("Seal the draw"),
        lazy_gettext(
            "The roster is fixed and its fingerprint is published. Nothing in it can change after."
        ),
    ),
    "true_arms": ActWords(
        lazy_gettext("Release the true arms"),
        lazy_gettext("The analyst learns which arm is which. This cannot be undone."),
    ),
    "stop": ActWords(
        lazy_gettext("Stop the trial"),
        lazy_gettext(
            "The trial stops, everyone in it is told, and a public page says why. "
            "This cannot be undone."
        ),
    ),
    "publish": ActWords(
        lazy_gettext("Publish the result"),
        lazy_gettext("The result is public at once, whatever it is. This cannot be undone."),
    ),
}

LABELS: Mapping[str, LazyString] = {  # of what is shown, whichever act it is
    "analyst": lazy_gettext("Analyst"),
    "application": lazy_gettext("Application"),
    "arms": lazy_gettext("Arms"),
    "assessors": lazy_gettext("Assessors"),
    "catalogue": lazy_gettext("In the catalogue"),
    "code_file": lazy_gettext("Analysis code"),
    "code_lodged_at": lazy_gettext("Code lodged on"),
    "code_sha256": lazy_gettext("Fingerprint of the code"),
    "conclusion_nl": lazy_gettext("Conclusion, in Dutch"),
    "content_sha256": lazy_gettext("Fingerprint of the application"),
    "data_sha256": lazy_gettext("Fingerprint of the data"),
    "due_at": lazy_gettext("To be published before"),
    "effect_size": lazy_gettext("Effect, in standard deviations"),
    "explanation": lazy_gettext("Explanation"),
    "fingerprint": lazy_gettext("Fingerprint of the roster"),
    "high": lazy_gettext("Upper bound"),
    "id": lazy_gettext("Its number"),
    "independence": lazy_gettext("Independence"),
    "label": lazy_gettext("Name"),
    "low": lazy_gettext("Lower bound"),
    "means": lazy_gettext("Means per criterion"),
    "method": lazy_gettext("Method of the draw"),
    "name": lazy_gettext("Name"),
    "number": lazy_gettext("Draw number"),
    "organisation": lazy_gettext("Organisation"),
    "organisation_name": lazy_gettext("Organisation"),
    "parties": lazy_gettext("Parties that committed"),
    "pupils_live_at": lazy_gettext("Where pupils' data are kept"),
    "rank": lazy_gettext("Place"),
    "ratio": lazy_gettext("Share"),
    "reason": lazy_gettext("Reason"),
    "reasons": lazy_gettext("Reasons"),
    "refused": lazy_gettext("Refused"),
    "report_version": lazy_gettext("Version of the report"),
    "reveal_before": lazy_gettext("Reveal before"),
    "slug": lazy_gettext("Address of the trial"),
    "standing": lazy_gettext("Standing"),
    "state": lazy_gettext("State now"),
    "strata": lazy_gettext("Number of strata"),
    "summary_en": lazy_gettext("Summary, in English"),
    "summary_nl": lazy_gettext("Summary, in Dutch"),
    "title": lazy_gettext("Title"),
    "title_en": lazy_gettext("Title, in English"),
    "title_nl": lazy_gettext("Title, in Dutch"),
    "trial": lazy_gettext("Trial"),
    "trial_en": lazy_gettext("Trial, in English"),
    "trial_manager": lazy_gettext("Trial manager"),
    "trial_nl": lazy_gettext("Trial, in Dutch"),
    "units": lazy_gettext("Number of units"),
    "version": lazy_gettext("Version"),
    "weighted_mean": lazy_gettext("Weighted mean"),
}


def label_of(key: str) -> str:
    """Return the label of a key of what is shown; a key without one stands as it is."""
    return str(LABELS.get(key) or key.replace("_", " ").capitalize())


def readable(value: Any) -> str:
    """Return a value of what is shown as the page writes it; word for word stands below it."""
    if isinstance(value, float):
        return str(format_decimal(value, "0.0000"))
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)
    return moment(when) if when.tzinfo else str(value)
