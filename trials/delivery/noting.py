"""The audit row of every entry about a school's delivery."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.permissions import Actor
from trials.signups.models import Signup


def note_delivery(session: Session, signup: Signup, actor: Actor, now: datetime) -> None:
    """Record that something was logged in the trial, neither what nor where.

    Only intervention schools log fidelity: the kind of entry, or the school a provider logs
    most about, would tell arms to whoever reads the audit chain.
    """
    trial = f"trial:{signup.trial_id}"
    record(session, "delivery_logged", trial, by=actor.person_id, at=now)
