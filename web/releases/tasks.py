"""What releases put on a desk."""

from flask_babel import lazy_gettext as _

from web.tasks import TaskPage

TASKS = {
    "release_make": TaskPage("releases.of_trial", "trial_id", _("Release the masked dataset")),
    "code_lodge": TaskPage("releases.of_trial", "trial_id", _("Lodge the analysis code")),
    "true_arms_propose": TaskPage(
        "releases.of_trial", "trial_id", _("Propose the release of true arms")
    ),
}
