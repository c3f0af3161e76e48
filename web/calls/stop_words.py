"""Why a trial stopped, as a sentence for the public."""

from flask_babel import lazy_gettext

from trials.calls.services.stopping import StopReason

STOP_WORDS = {
    StopReason.TOO_FEW_SCHOOLS: lazy_gettext("Too few schools signed up."),
    StopReason.NO_AGREEMENT: lazy_gettext("The parties could not agree on protocol or plan."),
    StopReason.PROVIDER_LEFT: lazy_gettext("The provider of the intervention left."),
    StopReason.EVALUATOR_LEFT: lazy_gettext("The evaluator left."),
    StopReason.NOT_DELIVERABLE: lazy_gettext("Schools could not use the intervention as meant."),
    StopReason.OUTSIDE_EVENT: lazy_gettext("Something outside the trial made it impossible."),
    StopReason.HARM: lazy_gettext("There were signs that pupils could be harmed."),
    StopReason.DATA_LOST: lazy_gettext("Data were lost."),
    StopReason.FUNDING_ENDED: lazy_gettext("The funding ended."),
}
