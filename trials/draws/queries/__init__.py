"""Reading draws, each filtered by who may know an arm and from when."""

from trials.draws.queries.allocation import (
    Assigned,
    OwnResult,
    OwnUnit,
    RosterRow,
    arms_of_trial,
    marks_of,
    may_have_receipt,
    own_result,
    public_form,
    receipt_bytes,
    roster_rows,
)
from trials.draws.queries.ceremony import (
    Ceremony,
    PartyStep,
    ceremony,
    ceremony_to_prepare,
    draws_of_trial,
    own_party,
    trial_with_draws,
)
from trials.draws.queries.preview import Preview, preview
from trials.draws.queries.tasks import tasks_for

__all__ = [
    "Assigned",
    "Ceremony",
    "OwnResult",
    "OwnUnit",
    "PartyStep",
    "Preview",
    "RosterRow",
    "arms_of_trial",
    "ceremony",
    "ceremony_to_prepare",
    "draws_of_trial",
    "marks_of",
    "may_have_receipt",
    "own_party",
    "own_result",
    "preview",
    "public_form",
    "receipt_bytes",
    "roster_rows",
    "tasks_for",
    "trial_with_draws",
]
