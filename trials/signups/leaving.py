"""What withdrawing does, whoever caused it: the school itself or its council's refusal."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.signups.models import Signup
from trials.signups.places import hand_out_places
from trials.signups.rows import call_for_update
from trials.signups.states import SignupState


def withdraw(session: Session, signup: Signup, reason: str, now: datetime) -> None:
    """Withdraw a locked sign-up and let the waiting list move up."""
    signup.withdrawn_at = now
    signup.withdrawn_reason = reason.strip()[:500] or None
    signup.advance_to(SignupState.WITHDRAWN)
    if signup.drawn_at is None:
        signup.submitted_at = signup.waiting_since = None
        hand_out_places(session, call_for_update(session, signup.trial_id), now)
