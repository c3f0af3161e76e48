"""Sessions of a browser: kept alive while used, ended by whom they belong to."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import NotFound
from trials.people.keys import fingerprint
from trials.people.models import SignInSession
from trials.people.sessions import end_sessions
from trials.permissions import Actor


def note_seen(session: Session, *, session_id: int, now: datetime) -> None:
    """Keep a session from idling out. Called at most once a minute for a busy browser."""
    with transaction(session):
        session.execute(
            update(SignInSession)
            .where(SignInSession.id == session_id, SignInSession.seen_at < now)
            .values(seen_at=now)
        )


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the session of a token. A token nobody knows is as good as ended."""
    with transaction(session):
        row = session.scalar(
            select(SignInSession)
            .where(
                SignInSession.token_sha256 == fingerprint(token), SignInSession.ended_at.is_(None)
            )
            .with_for_update()
        )
        if row is not None:
            row.ended_at = now
            person = row.person_id
            record(session, "signed_out", f"person:{person}", by=person, at=now)


def end_session(session: Session, *, session_id: int, actor: Actor, now: datetime) -> None:
    """End one of one's own sessions, in whatever browser it is."""
    with transaction(session):
        row = session.get(SignInSession, session_id, with_for_update=True)
        if row is None or row.person_id != actor.person_id or row.ended_at is not None:
            raise NotFound("there is no such session")
        row.ended_at = now
        person = row.person_id
        record(session, "session_ended", f"person:{person}", by=person, at=now)


def end_other_sessions(session: Session, *, but: int, actor: Actor, now: datetime) -> None:
    """End all of one's own sessions except the one in use."""
    with transaction(session):
        end_sessions(session, actor.person_id, now, but=but)
        person = actor.person_id
        record(session, "other_sessions_ended", f"person:{person}", by=person, at=now)
