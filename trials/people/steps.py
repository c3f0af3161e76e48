"""Signing in step by step: what is still asked of whom, and the session when nothing is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.errors import NotReady
from trials.mail import post
from trials.people.keys import fingerprint, new_token
from trials.people.letters import SIGN_IN_CODE
from trials.people.models import (
    LONGEST_PATH,
    LinkPurpose,
    NextStep,
    Person,
    SignInMethod,
    SignInStep,
)
from trials.people.sessions import open_session

LASTS = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where someone who signs in stands: a step to take, or a session.

    ``token`` belongs to the half-way step while ``next`` says which, else to the session.
    """

    token: str
    next: NextStep | None
    path: str


def next_of(person: Person, step: SignInStep) -> NextStep | None:
    """Return what is still asked; a reset asks the second proof before the new password."""
    if person.method is SignInMethod.LINK:
        return None
    if person.method is SignInMethod.LINK_AND_CODE:
        return None if step.second_at else NextStep.CODE
    if person.totp_since is not None and step.second_at is None:
        return NextStep.TOTP
    if step.purpose is not LinkPurpose.SIGN_IN and step.password_at is None:
        return NextStep.PASSWORD
    return NextStep.DEVICE if person.totp_since is None else None


def begin(
    session: Session, person: Person, purpose: LinkPurpose, path: str, now: datetime
) -> Progress:
    """Begin after a first proof, in the caller's transaction."""
    step = SignInStep(
        person_id=person.id,
        purpose=purpose,
        nonce=new_token(),
        path=path if len(path) <= LONGEST_PATH else "/",
        created_at=now,
        expires_at=now + LASTS,
    )
    progress = go_on(session, person, step, now)
    if progress.next is NextStep.CODE:
        post(session, SIGN_IN_CODE, person, now, subject_id=step.id)
    return progress


def go_on(session: Session, person: Person, step: SignInStep, now: datetime) -> Progress:
    """Return the next step under a new token, or open the session when nothing is left."""
    following = next_of(person, step)
    if following is NextStep.DEVICE and person.totp_nonce is None:
        person.totp_nonce, person.totp_last_step = new_token(), None
    if following is None:
        step.ended_at = now
        token = open_session(session, person, now)
        details = {"method": person.method.value}
        record(session, "signed_in", f"person:{person.id}", by=person.id, at=now, details=details)
        return Progress(token, None, step.path)
    token = new_token()
    step.token_sha256 = fingerprint(token)
    session.add(step)
    session.flush()
    return Progress(token, following, step.path)


def find_step(session: Session, token: str, now: datetime) -> tuple[SignInStep, Person]:
    """Return a half-way step and its person, both for update. Raises ``NotReady`` once over."""
    step = session.scalar(
        select(SignInStep)
        .where(
            SignInStep.token_sha256 == fingerprint(token),
            SignInStep.ended_at.is_(None),
            SignInStep.expires_at > now,
        )
        .with_for_update()
    )
    if step is None:
        raise NotReady("this took too long; start signing in again")
    person = session.get_one(Person, step.person_id, with_for_update={"key_share": True})
    if person.disabled_at is not None:
        raise NotReady("this took too long; start signing in again")
    return step, person


def where_at(session: Session, token: str, now: datetime) -> tuple[NextStep, Person] | None:
    """Return what someone half signed in is asked now, for the page; None when it is over."""
    step = session.scalar(
        select(SignInStep).where(
            SignInStep.token_sha256 == fingerprint(token),
            SignInStep.ended_at.is_(None),
            SignInStep.expires_at > now,
        )
    )
    if step is None:
        return None
    person = session.get_one(Person, step.person_id)
    following = next_of(person, step)
    return (following, person) if following else None
