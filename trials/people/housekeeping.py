"""What the people's tables must not keep: lapsed proposals open, and traces nobody needs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.jobs import Tools, sweep
from trials.people.models import Attempt, IdentityProof, MailLink, SignInSession, SignInStep
from trials.people.proposals import lapse_proposals

ATTEMPTS_KEPT = timedelta(days=1)
TRACES_KEPT = timedelta(days=90)  # of who signed in when; the audit chain keeps the bare fact


@sweep
def keep_house(tools: Tools) -> Iterator[tuple[str, int]]:
    """Lapse and tidy with every sweep of the background work."""
    with tools.sessions() as session:
        lapse_proposals(session, now=tools.clock())
        forget_traces(session, now=tools.clock())
    yield from ()


def forget_traces(session: Session, *, now: datetime) -> None:
    """Delete what has served: tries of yesterday, links, steps, proofs and sessions long over."""
    with transaction(session):
        session.execute(delete(Attempt).where(Attempt.at < now - ATTEMPTS_KEPT))
        for ended in (
            MailLink.expires_at,
            SignInStep.expires_at,
            SignInSession.expires_at,
            IdentityProof.proved_at,
        ):
            session.execute(delete(ended.class_).where(ended < now - TRACES_KEPT))
