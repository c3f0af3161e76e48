"""What people change about their own account; each change takes a fresh proof of identity."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, NotFound
from trials.mail import post
from trials.people.acts import canonical, content_hash
from trials.people.keys import fingerprint, new_token
from trials.people.letters import ACCOUNT_CHANGED
from trials.people.models import ApiToken, Person
from trials.people.passwords import check_password, hash_password
from trials.people.proofs import use_proof
from trials.people.recovery import new_recovery_codes
from trials.people.sessions import end_sessions
from trials.people.tokens import TokenScope
from trials.permissions import Actor

LONGEST_LIFE = 365  # days
PASSWORD, RECOVERY, TOKEN = "change_password", "recovery_codes", "make_token"


def own_account_hash(act: str, person_id: int) -> str:
    """Return the hash to prove identity for, where the act shows nothing but itself."""
    return content_hash(canonical({"act": act, "person": person_id}))


def change_password(
    session: Session, *, password: str, session_id: int, actor: Actor, now: datetime
) -> None:
    """Set a new password; every session but this one ends."""
    check_password(password, session.get_one(Person, actor.person_id))
    kept = hash_password(password)  # outside the transaction: it takes its time
    with transaction(session):
        person = session.get_one(Person, actor.person_id, with_for_update={"key_share": True})
        shown = own_account_hash(PASSWORD, person.id)
        use_proof(session, actor=actor, act=PASSWORD, shown_sha256=shown, now=now)
        person.password_hash = kept
        end_sessions(session, person.id, now, but=session_id)
        post(session, ACCOUNT_CHANGED, person, now, subject_id=None)
        record(session, "password_set", f"person:{person.id}", by=person.id, at=now)


def renew_recovery_codes(session: Session, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Replace the recovery codes and return the new ones, which are shown once."""
    with transaction(session):
        person = session.get_one(Person, actor.person_id, with_for_update={"key_share": True})
        shown = own_account_hash(RECOVERY, person.id)
        use_proof(session, actor=actor, act=RECOVERY, shown_sha256=shown, now=now)
        codes = new_recovery_codes(session, person)
        record(session, "recovery_codes_renewed", f"person:{person.id}", by=person.id, at=now)
    return codes


def make_token(
    session: Session,
    *,
    name: str,
    scopes: Collection[TokenScope],
    days: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Make a personal API token and return it, once; only its hash is kept."""
    if not name.strip() or not scopes or not 1 <= days <= LONGEST_LIFE:
        raise BadInput(
            "a token needs a name, something it may read, and an end within {days} days",
            days=LONGEST_LIFE,
        )
    token = new_token()
    with transaction(session):
        shown = own_account_hash(TOKEN, actor.person_id)
        use_proof(session, actor=actor, act=TOKEN, shown_sha256=shown, now=now)
        row = ApiToken(
            person_id=actor.person_id,
            name=name.strip(),
            token_sha256=fingerprint(token),
            scopes=" ".join(sorted(scopes)),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        record(session, "token_made", f"token:{row.id}", by=actor.person_id, at=now)
    return token


def end_token(session: Session, *, token_id: int, actor: Actor, now: datetime) -> None:
    """End one of one's own tokens."""
    with transaction(session):
        row = session.get(ApiToken, token_id, with_for_update=True)
        if row is None or row.person_id != actor.person_id or row.ended_at is not None:
            raise NotFound("there is no such token")
        row.ended_at = now
        record(session, "token_ended", f"token:{row.id}", by=actor.person_id, at=now)


def note_token_used(session: Session, *, token_id: int, now: datetime) -> None:
    """Remember when a token was last used, for its owner to see."""
    with transaction(session):
        session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def choose_language(session: Session, *, language: str, actor: Actor, now: datetime) -> None:
    """Set the language of one's mails and pages."""
    if language not in ("nl", "en"):
        raise BadInput("choose Dutch or English")
    with transaction(session):
        person = session.get_one(Person, actor.person_id, with_for_update={"key_share": True})
        person.language = language
        record(session, "language_chosen", f"person:{person.id}", by=person.id, at=now)
