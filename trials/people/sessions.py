"""Browsers that are signed in: a row each, looked up at every request, gone at once when ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trials.people.actors import actor_for
from trials.people.keys import fingerprint, new_token
from trials.people.models import Person, SignInSession
from trials.permissions import Actor

IDLE = timedelta(hours=2)  # without a request
AT_MOST = timedelta(hours=12)  # however busy


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who makes this request, with the roles held at this moment."""

    person: Person
    actor: Actor
    session_id: int
    seen_at: datetime


def visitor(session: Session, token: str, now: datetime) -> Visitor | None:
    """Return whom a session token belongs to; None once it is over, ended or unknown."""
    found = session.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(
            SignInSession.token_sha256 == fingerprint(token),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - IDLE,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    row, person = found
    return Visitor(person, actor_for(session, person.id, now), row.id, row.seen_at)


def open_session(session: Session, person: Person, now: datetime) -> str:
    """Add a session in the caller's transaction and return its token, which is kept nowhere."""
    token = new_token()
    session.add(
        SignInSession(
            token_sha256=fingerprint(token),
            person_id=person.id,
            created_at=now,
            seen_at=now,
            expires_at=now + AT_MOST,
        )
    )
    return token


def end_sessions(
    session: Session, person_id: int, now: datetime, *, but: int | None = None
) -> None:
    """End a person's sessions, except ``but``, in the caller's transaction."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != (but or 0),
        )
        .values(ended_at=now)
    )
