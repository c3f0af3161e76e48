"""What may be read of pupils and measurements, and by whom."""

from trials.measurements.queries.pupils import (
    SchoolPupils,
    Scored,
    school_pupils,
    signup_to_send,
    taken_after_draw,
    upload_draft,
)
from trials.measurements.queries.rounds import (
    BaselineFlag,
    Round,
    SchoolToTest,
    baseline_flags,
    plan_is_locked,
    rounds,
    schools_to_test,
    trial_to_test,
)
from trials.measurements.queries.schools import SchoolLine, SchoolsPupils, schools_pupils
from trials.measurements.queries.sent import SentFiles, pupils_are_here, sent_files
from trials.measurements.queries.tasks import tasks_for

__all__ = [
    "BaselineFlag",
    "Round",
    "SchoolLine",
    "SchoolPupils",
    "SchoolToTest",
    "SchoolsPupils",
    "Scored",
    "SentFiles",
    "baseline_flags",
    "plan_is_locked",
    "pupils_are_here",
    "rounds",
    "school_pupils",
    "schools_pupils",
    "schools_to_test",
    "sent_files",
    "signup_to_send",
    "taken_after_draw",
    "tasks_for",
    "trial_to_test",
    "upload_draft",
]
