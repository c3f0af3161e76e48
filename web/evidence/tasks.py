"""What results put on a desk."""

from flask_babel import lazy_gettext as _

from web.tasks import TaskPage

TASKS = {
    "publish_propose": TaskPage("evidence.publish", "trial_id", _("Propose the publication")),
}
