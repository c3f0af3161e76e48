"""Use cases of the call for schools. Each public function owns one transaction."""

from trials.signups.contacts import Contact
from trials.signups.services.appointing import (
    hand_over,
    name_council_contact,
    name_signatory,
    note_parents_informed,
)
from trials.signups.services.interest import register_interest, start_signup
from trials.signups.services.opening import CallTerms, change_places, open_school_call
from trials.signups.services.placing import submit_signup, withdraw_signup
from trials.signups.services.preparing import (
    GroupSize,
    accept_both_groups,
    state_groups,
    state_other_interventions,
    state_tests,
)
from trials.signups.services.recruiting import log_approach
from trials.signups.services.signing import record_council_decision, sign_for_board

__all__ = [
    "CallTerms",
    "Contact",
    "GroupSize",
    "accept_both_groups",
    "change_places",
    "hand_over",
    "log_approach",
    "name_council_contact",
    "name_signatory",
    "note_parents_informed",
    "open_school_call",
    "record_council_decision",
    "register_interest",
    "sign_for_board",
    "start_signup",
    "state_groups",
    "state_other_interventions",
    "state_tests",
    "submit_signup",
    "withdraw_signup",
]
