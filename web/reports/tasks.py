"""What the report puts on a desk."""

from flask_babel import lazy_gettext as _

from web.tasks import TaskPage

TASKS = {
    "estimate_make": TaskPage("reports.of_trial", "trial_id", _("Make the planned estimate")),
    "report_write": TaskPage("reports.of_trial", "trial_id", _("Write the report")),
    "report_review": TaskPage("reports.of_trial", "trial_id", _("Read and judge the report")),
}
