"""Delivery on the desk. The words are the same for every arm: a desk may be looked over."""

from flask_babel import lazy_gettext

from trials.permissions import Permission
from web.tasks import Door, TaskPage

TASKS = {
    "delivery": TaskPage(
        "delivery.of_trial", "trial_id", lazy_gettext("How delivery goes in the schools")
    ),
    "delivery_log": TaskPage(
        "delivery.of_school", "signup_id", lazy_gettext("Tell how teaching goes this month")
    ),
}
DOORS = (
    Door(
        "delivery.programme",
        lazy_gettext("Fidelity over the programme"),
        Permission.PROGRAMME_FIGURES,
    ),
)
