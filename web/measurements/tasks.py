"""Pupils and tests on the desk."""

from flask_babel import lazy_gettext

from web.tasks import TaskPage

TASKS = {
    "pupils_upload": TaskPage(
        "signups.school", "signup_id", lazy_gettext("Send the list of pupils")
    ),
    "baseline_upload": TaskPage(
        "signups.school", "signup_id", lazy_gettext("Send the scores of the pre-test")
    ),
    "outcomes_upload": TaskPage(
        "signups.school", "signup_id", lazy_gettext("Send the scores of the final test")
    ),
    "outcome_round": TaskPage(
        "measurements.rounds",
        "trial_id",
        lazy_gettext("Scores of the final test, school by school"),
    ),
    "outcomes_lock": TaskPage(
        "measurements.rounds", "trial_id", lazy_gettext("Lock the scores of the final test")
    ),
}
