"""What two persons approve, in words: codes in the language of the page, the rest as it is.

Word for word, as it is hashed, it stands below on the page.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, format_decimal, lazy_gettext
from flask_babel import gettext as _

from trials.calls.models import PupilsLiveAt
from trials.calls.services.stopping import StopReason
from trials.draws.beacons import round_of
from trials.lifecycle import TrialState
from web.calls.stop_words import STOP_WORDS
from web.draws.words import beacon_in_words, method_in_words, party_in_words
from web.formats import moment, number
from web.languages import current_language, label

LABELS: Mapping[str, LazyString] = {  # whichever act it is, in the order in which a page shows them
    "trial_nl": lazy_gettext("Trial"),
    "trial_en": lazy_gettext("Trial"),
    "trial": lazy_gettext("Short name or number of the trial"),
    "call": lazy_gettext("Number of the call"),
    "number": lazy_gettext("Draw number"),
    "title": lazy_gettext("Title"),
    "title_nl": lazy_gettext("Title, in Dutch"),
    "title_en": lazy_gettext("Title, in English"),
    "id": lazy_gettext("Its number"),
    "name": lazy_gettext("Name"),
    "label": lazy_gettext("Name"),
    "application": lazy_gettext("Application"),
    "version": lazy_gettext("Version"),
    "content_sha256": lazy_gettext("Fingerprint of the application"),
    "organisation_name": lazy_gettext("Organisation"),
    "organisation": lazy_gettext("Organisation"),
    "trial_manager": lazy_gettext("Trial manager"),
    "analyst": lazy_gettext("Analyst"),
    "independence": lazy_gettext("Independence"),
    "catalogue": lazy_gettext("In the catalogue"),
    "slug": lazy_gettext("Address of the trial"),
    "summary_nl": lazy_gettext("Summary, in Dutch"),
    "summary_en": lazy_gettext("Summary, in English"),
    "pupils_live_at": lazy_gettext("Where pupils' data are kept"),
    "standing": lazy_gettext("Standing"),
    "rank": lazy_gettext("Place"),
    "weighted_mean": lazy_gettext("Weighted mean"),
    "means": lazy_gettext("Means per criterion"),
    "assessors": lazy_gettext("Assessors"),
    "state": lazy_gettext("State now"),
    "units": lazy_gettext("Number of units"),
    "strata": lazy_gettext("Number of strata"),
    "arms": lazy_gettext("Groups and their shares"),
    "ratio": lazy_gettext("Share"),
    "method": lazy_gettext("Method of the draw"),
    "stratified_by": lazy_gettext("Strata"),
    "factors": lazy_gettext("Kept even on, and how much each counts"),
    "probability": lazy_gettext("Chance of the group that is behind"),
    "parties": lazy_gettext("Who bring a secret or a value"),
    "beacon": lazy_gettext("Public beacon"),
    "reveal_before": lazy_gettext("Reveal before"),
    "report_version": lazy_gettext("Version of the report"),
    "conclusion_nl": lazy_gettext("Conclusion, in Dutch"),
    "conclusion_en": lazy_gettext("Conclusion, in English"),
    "conditions_nl": lazy_gettext("Under which conditions, in Dutch"),
    "conditions_en": lazy_gettext("Under which conditions, in English"),
    "effects": lazy_gettext("Effects"),
    "lodged": lazy_gettext("The evaluator’s own result"),
    "ratings": lazy_gettext("Ratings"),
    "kind": lazy_gettext("Kind"),
    "arm": lazy_gettext("Arm"),
    "value": lazy_gettext("Outcome of the rating"),
    "table": lazy_gettext("Rule table"),
    "estimate": lazy_gettext("Estimate, in points of the test"),
    "std_error": lazy_gettext("Standard error"),
    "pupils_drawn": lazy_gettext("Pupils drawn"),
    "estimates_sha256": lazy_gettext("Fingerprint of all estimates"),
    "effect_size": lazy_gettext("Effect, in standard deviations"),
    "low": lazy_gettext("Lower bound"),
    "high": lazy_gettext("Upper bound"),
    "due_at": lazy_gettext("To be published before"),
    "code_file": lazy_gettext("Analysis code"),
    "code_lodged_at": lazy_gettext("Code lodged on"),
    "code_sha256": lazy_gettext("Fingerprint of the code"),
    "data_sha256": lazy_gettext("Fingerprint of the data"),
    "fingerprint": lazy_gettext("Fingerprint of the roster"),
    "rule": lazy_gettext("Fingerprint of the rule"),
    "refused": lazy_gettext("Refused"),
    "reason": lazy_gettext("Reason"),
    "reasons": lazy_gettext("Reasons"),
    "explanation": lazy_gettext("Explanation"),
}


def rows_of(shown: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what is shown, in reading order; a trial with a title by that of the language."""
    place = {key: position for position, key in enumerate(LABELS)}
    own = f"trial_{current_language()}"
    other = {"trial", "trial_nl", "trial_en"} - {own} if own in shown else set()
    kept = [(key, value) for key, value in shown.items() if key not in other]
    return sorted(kept, key=lambda row: place.get(row[0], len(place)))


def label_of(key: str) -> str:
    """Return the label of a key of what is shown; a key without one stands as it is."""
    return str(LABELS.get(key) or key.replace("_", " ").capitalize())


def readable(value: Any, key: str = "") -> str:
    """Return one value as the page writes it; what has no words stands as it is."""
    if key in WORDS:
        return WORDS[key](value)
    if isinstance(value, float):
        return str(format_decimal(value, "0.0000"))
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)
    return moment(when) if when.tzinfo else str(value)


def _party(name: str) -> str:
    if not name.startswith("beacon:"):
        return party_in_words(name)
    beacon, round_ = round_of(name)
    when = moment(beacon.moment(round_))
    return _("%(round)s, published on %(moment)s", round=party_in_words(name), moment=when)


def _kept_at(value: str) -> str:
    return _("with the evaluator") if value == PupilsLiveAt.EVALUATOR else _("here")


def _mark(value: str) -> str:
    return number(Decimal(value), 2)


def _decimal(value: str) -> str:
    return str(format_decimal(float(value)))


WORDS: Mapping[str, Callable[[str], str]] = {
    "beacon": beacon_in_words,
    "means": _mark,
    "probability": _decimal,
    "method": method_in_words,
    "parties": _party,
    "pupils_live_at": _kept_at,
    "reason": lambda value: str(STOP_WORDS[StopReason(value)]),
    "state": lambda value: label(TrialState(value)),
    "weighted_mean": _mark,
}
