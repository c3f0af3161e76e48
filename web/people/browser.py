"""What the browser's cookie holds: a token of a session, or of someone half signed in."""

from datetime import datetime, timedelta

from flask import g, session
from sqlalchemy.orm import Session

from trials.people.services.sessions import note_seen
from trials.people.sessions import visitor
from trials.people.steps import Progress

SIGNED_IN, HALF_WAY = "token", "half_way"
SEEN_EVERY = timedelta(minutes=1)


def who_is_there(database: Session, now: datetime) -> int | None:
    """Return the id of the person whose session the cookie names, and keep it from idling out."""
    token = session.get(SIGNED_IN)
    found = visitor(database, token, now) if isinstance(token, str) else None
    if found is None:
        session.pop(SIGNED_IN, None)
        return None
    if now - found.seen_at >= SEEN_EVERY:
        note_seen(database, session_id=found.session_id, now=now)
    g.session_id = found.session_id
    return found.actor.person_id


def keep(progress: Progress) -> None:
    """Put a new token in the cookie; whatever was there before, another person's too, goes."""
    session.clear()
    session[HALF_WAY if progress.next else SIGNED_IN] = progress.token


def half_way_token() -> str:
    """Return the token of someone half signed in; empty when there is none."""
    return str(session.get(HALF_WAY, ""))
