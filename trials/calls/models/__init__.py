"""Tables of calls, applications, interventions and trials."""

from trials.calls.models.applications import (
    ApplicantKind,
    Application,
    ApplicationVersion,
    Decision,
    InterestDeclaration,
    Rebuttal,
    Score,
)
from trials.calls.models.calls import (
    Call,
    CallKind,
    Criterion,
    Question,
    TieRule,
)
from trials.calls.models.trials import (
    Appointment,
    Intervention,
    PupilsLiveAt,
    Trial,
)

__all__ = [
    "ApplicantKind",
    "Application",
    "ApplicationVersion",
    "Appointment",
    "Call",
    "CallKind",
    "Criterion",
    "Decision",
    "InterestDeclaration",
    "Intervention",
    "PupilsLiveAt",
    "Question",
    "Rebuttal",
    "Score",
    "TieRule",
    "Trial",
]
