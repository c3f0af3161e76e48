"""Reading draws, each filtered by who may know an arm and from when."""

from trials.draws.queries.accepted import Accepted, accepted_risks
from trials.draws.queries.allocation import (
    Assigned,
    RosterRow,
    arms_of_trial,
    marks_of,
    may_have_receipt,
    public_form,
    receipt_bytes,
    roster_rows,
)
from trials.draws.queries.arrivals import (
    Arrivals,
    Arrived,
    Candidate,
    Factor,
    Offer,
    arrivals,
    arrivals_of_trial,
    arrivals_receipt_bytes,
    arrivals_to_prepare,
    candidates,
    may_take_arrivals,
    offer,
    public_arrivals,
)
from trials.draws.queries.balance import Difference, DrawBalance, draw_balance
from trials.draws.queries.ceremony import (
    Ceremony,
    PartyStep,
    ceremony,
    ceremony_to_prepare,
    draws_of_trial,
    own_party,
    trial_with_draws,
)
from trials.draws.queries.own import OwnResult, OwnUnit, own_result
from trials.draws.queries.preview import Preview, preview
from trials.draws.queries.rehearsal import Choice, Practice, rehearsal
from trials.draws.queries.tasks import tasks_for
from trials.draws.queries.waves import LaterWaves, later_waves

__all__ = [
    "Accepted",
    "Arrivals",
    "Arrived",
    "Assigned",
    "Candidate",
    "Ceremony",
    "Choice",
    "Difference",
    "DrawBalance",
    "Factor",
    "LaterWaves",
    "Offer",
    "OwnResult",
    "OwnUnit",
    "PartyStep",
    "Practice",
    "Preview",
    "RosterRow",
    "accepted_risks",
    "arms_of_trial",
    "arrivals",
    "arrivals_of_trial",
    "arrivals_receipt_bytes",
    "arrivals_to_prepare",
    "candidates",
    "ceremony",
    "ceremony_to_prepare",
    "draw_balance",
    "draws_of_trial",
    "later_waves",
    "marks_of",
    "may_have_receipt",
    "may_take_arrivals",
    "offer",
    "own_party",
    "own_result",
    "preview",
    "public_arrivals",
    "public_form",
    "receipt_bytes",
    "rehearsal",
    "roster_rows",
    "tasks_for",
    "trial_with_draws",
]
