"""Tasks of protocol and analysis plan on the desk."""

from flask_babel import lazy_gettext

from web.tasks import TaskPage

TASKS = {
    "protocol_draft": TaskPage(
        "agreements.draft_protocol", "trial_id", lazy_gettext("Draft the protocol")
    ),
    "analysis_plan_draft": TaskPage(
        "agreements.draft_plan", "trial_id", lazy_gettext("Draft the analysis plan")
    ),
    "protocol_review": TaskPage(
        "agreements.document", "document_id", lazy_gettext("Judge the validity of a protocol")
    ),
    "protocol_sign": TaskPage(
        "agreements.document", "document_id", lazy_gettext("Sign the protocol")
    ),
    "analysis_plan_sign": TaskPage(
        "agreements.document", "document_id", lazy_gettext("Sign the analysis plan")
    ),
}
