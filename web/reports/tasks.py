"""What the report puts on a desk."""

from flask_babel import lazy_gettext as _

from web.tasks import TaskPage

TASKS = {
    "estimate_make": TaskPage("reports.of_trial", "trial_id", _("Make the planned estimate")),
    "estimate_again": TaskPage(
        "reports.of_trial", "trial_id", _("The data were replaced: make the planned estimate again")
    ),
    "report_rewrite": TaskPage(
        "reports.of_trial",
        "trial_id",
        _("The data were replaced: write a new version of the report"),
    ),
    "report_write": TaskPage("reports.of_trial", "trial_id", _("Write the report")),
    "report_review": TaskPage("reports.of_trial", "trial_id", _("Read and judge the report")),
}
