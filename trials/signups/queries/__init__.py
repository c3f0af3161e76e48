"""What may be read of calls for schools, sign-ups and recruitment, and by whom."""

from trials.signups.queries.calls import (
    OpenCall,
    call_of_trial,
    open_school_calls,
    school_call,
)
from trials.signups.queries.recruitment import Recruitment, approach_log, recruitment
from trials.signups.queries.signups import (
    readable_signups,
    signature_of,
    signup_for,
    signups_of_trial,
)
from trials.signups.queries.tasks import tasks_for

__all__ = [
    "OpenCall",
    "Recruitment",
    "approach_log",
    "call_of_trial",
    "open_school_calls",
    "readable_signups",
    "recruitment",
    "school_call",
    "signature_of",
    "signup_for",
    "signups_of_trial",
    "tasks_for",
]
