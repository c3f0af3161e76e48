"""Tasks of calls on the desk, and the doors to them."""

from flask_babel import LazyString, lazy_gettext

from trials.permissions import Permission
from web.tasks import Door, TaskPage


def _call(endpoint: str, title: LazyString) -> TaskPage:
    return TaskPage(f"calls.{endpoint}", "call_id", title)


def _application(endpoint: str, title: LazyString) -> TaskPage:
    return TaskPage(f"calls.{endpoint}", "application_id", title)


TASKS = {
    "call_publish": _call("state", lazy_gettext("Publish a call")),
    "call_answer": _call("state", lazy_gettext("Answer questions about a call")),
    "call_open": _call("state", lazy_gettext("A call is open")),
    "call_to_come": _call("state", lazy_gettext("A call opens later")),
    "interest_rule": _call("state", lazy_gettext("Rule on interests of assessors")),
    "call_decide": _call("state", lazy_gettext("Decide on a call")),
    "interest_declare": _call("assess", lazy_gettext("Declare your interests")),
    "application_score": _call("assess", lazy_gettext("Score applications")),
    "application_send": _application("application", lazy_gettext("Send your application")),
    "rebuttal_write": _application("application", lazy_gettext("Answer the assessors")),
    "application_wait": _application("application", lazy_gettext("Your application")),
    "application_decided": _application("application", lazy_gettext("Read the decision")),
    "evaluator_call": TaskPage(
        "calls.of_trial", "trial_id", lazy_gettext("Find an evaluator for a trial")
    ),
}
DOORS = (
    Door("calls.new_call", lazy_gettext("New call for interventions"), Permission.CALL_MANAGE),
    Door("calls.index", lazy_gettext("Calls"), Permission.APPLICATION_SUBMIT),
    Door("calls.trials", lazy_gettext("Trials"), Permission.TRIAL_READ),
)
