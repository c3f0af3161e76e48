"""What may be read of calls for schools, sign-ups and recruitment, and by whom."""

from trials.signups.queries.begun import begun_path
from trials.signups.queries.calls import (
    OpenCall,
    call_of_trial,
    open_school_calls,
    school_call,
)
from trials.signups.queries.prefilling import Suggestion, last_answers, suggested_groups
from trials.signups.queries.recruitment import Recruitment, approach_log, recruitment
from trials.signups.queries.signing import agreement_of, council_decision, signature_of
from trials.signups.queries.signups import (
    own_signup,
    readable_signups,
    signup_for,
    signups_of_trial,
)
from trials.signups.queries.tasks import tasks_for

__all__ = [
    "OpenCall",
    "Recruitment",
    "Suggestion",
    "agreement_of",
    "approach_log",
    "begun_path",
    "call_of_trial",
    "council_decision",
    "last_answers",
    "open_school_calls",
    "own_signup",
    "readable_signups",
    "recruitment",
    "school_call",
    "signature_of",
    "signup_for",
    "signups_of_trial",
    "suggested_groups",
    "tasks_for",
]
