"""The audit row of every entry about a school's delivery."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.permissions import Actor
from trials.signups.models import Signup


def note_delivery(session: Session, signup: Signup, actor: Actor, now: datetime) -> None:
    """Record that something was logged, not what: only intervention schools log fidelity, so a
    kind of entry would tell their arm to whoever reads the audit chain."""
    record(session, "delivery_logged", f"signup:{signup.id}", by=actor.person_id, at=now)
