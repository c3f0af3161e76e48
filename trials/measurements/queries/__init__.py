"""What may be read of pupils and measurements, and by whom."""

from trials.measurements.queries.pupils import (
    SchoolPupils,
    Scored,
    school_pupils,
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
)
from trials.measurements.queries.tasks import tasks_for

__all__ = [
    "BaselineFlag",
    "Round",
    "SchoolPupils",
    "SchoolToTest",
    "Scored",
    "baseline_flags",
    "plan_is_locked",
    "rounds",
    "school_pupils",
    "schools_to_test",
    "taken_after_draw",
    "tasks_for",
    "upload_draft",
]
