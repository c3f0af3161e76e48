"""Use cases of pupils and measurements. Each public function owns one transaction."""

from trials.measurements.checking import Intent
from trials.measurements.services.correcting import correct_score
from trials.measurements.services.counting import moment_of, record_pupil_count
from trials.measurements.services.leaving import note_pupil_left
from trials.measurements.services.locking import lock_outcomes
from trials.measurements.services.objecting import record_objection
from trials.measurements.services.retaining import erase_after_retention
from trials.measurements.services.uploading import (
    accept_upload,
    check_upload,
    discard_upload,
    upload_file,
)

__all__ = [
    "Intent",
    "accept_upload",
    "check_upload",
    "correct_score",
    "discard_upload",
    "erase_after_retention",
    "lock_outcomes",
    "moment_of",
    "note_pupil_left",
    "record_objection",
    "record_pupil_count",
    "upload_file",
]
