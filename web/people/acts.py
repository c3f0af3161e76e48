"""The words of every act that takes two persons, as both read them on the page of a proposal."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext


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
    "open_arrivals": ActWords(
        lazy_gettext("Open the arrivals"),
        lazy_gettext(
            "From then on each class or pupil that comes later gets its group at once, by a rule "
            "nobody can change and a secret nobody knows."
        ),
    ),
    "standing_rule": ActWords(
        lazy_gettext("Let one rule stand for later rounds"),
        lazy_gettext(
            "Each later round is then sealed under this rule before its own round of the beacon, "
            "without a second person. Nothing of the rule can be changed for a round."
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
