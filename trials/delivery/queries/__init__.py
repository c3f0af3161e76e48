"""Reading delivery, filtered like the arm it follows."""

from trials.delivery.queries.overview import (
    DoseTotal,
    ProgrammeFidelity,
    SchoolLine,
    TrialCosts,
    TrialDelivery,
    costs_of_trial,
    delivery_of_trial,
    doses_of_trial,
    fidelity_of_programme,
)
from trials.delivery.queries.schools import (
    SchoolLog,
    WeekOfFidelity,
    event_to_correct,
    log_of_school,
    versions_of_check,
)
from trials.delivery.queries.tasks import tasks_for

__all__ = [
    "DoseTotal",
    "ProgrammeFidelity",
    "SchoolLine",
    "SchoolLog",
    "TrialCosts",
    "TrialDelivery",
    "WeekOfFidelity",
    "costs_of_trial",
    "delivery_of_trial",
    "doses_of_trial",
    "event_to_correct",
    "fidelity_of_programme",
    "log_of_school",
    "tasks_for",
    "versions_of_check",
]
