"""Signing in: by mail link, by link and code, or by password and app; answers tell no accounts."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, NotFound, NotReady
from trials.mail import post
from trials.people.enrolment import clean_address
from trials.people.keys import same
from trials.people.letters import ACCOUNT_CHANGED, USE_PASSWORD, mailed_code
from trials.people.links import find_link, send_link
from trials.people.models import (
    Deployment,
    LinkPurpose,
    NextStep,
    Person,
    SignInMethod,
    SignInStep,
)
from trials.people.passwords import check_password, hash_password, password_fits
from trials.people.recovery import new_recovery_codes, use_recovery_code
from trials.people.sessions import end_sessions, open_session
from trials.people.steps import Progress, begin, find_step, go_on, next_of, where_at
from trials.people.throttle import Limit, count_try, forgive
from trials.people.totp import accept_code

LINKS_TO = Limit("link", 5)
PASSWORDS_OF = Limit("password", 10)
SECOND_OF = Limit("second", 6)
FROM_ONE_PLACE = Limit("place", 60, timedelta(minutes=15))


def ask_for_link(
    session: Session,
    *,
    email: str,
    origin: str,
    now: datetime,
    path: str = "/",
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
) -> None:
    """Mail a link to sign in or to choose a new password, when there is someone to mail it to.

    ``origin`` is where the request came from. The answer is the same whoever asks for whom.
    """
    address = clean_address(email)
    count_try(session, FROM_ONE_PLACE, origin, now)
    count_try(session, LINKS_TO, address, now)
    with transaction(session):
        person = session.scalar(
            select(Person).where(Person.email == address, Person.disabled_at.is_(None))
        )
        if person is None:
            return
        by_password = person.method is SignInMethod.PASSWORD
        if by_password and purpose is LinkPurpose.SIGN_IN:
            post(session, USE_PASSWORD, person, now, subject_id=None)
            return
        send_link(session, person, purpose if by_password else LinkPurpose.SIGN_IN, now, path=path)


def open_link(session: Session, *, token: str, secret_key: str, now: datetime) -> Progress:
    """Use a mail link up. Raises ``NotFound`` for a forged one, ``NotReady`` when it is over."""
    with transaction(session):
        link = find_link(session, token, secret_key, for_update=True)
        if link is None:
            raise NotFound("this link does not work; ask for a new one")
        person = session.get_one(Person, link.person_id, with_for_update={"key_share": True})
        if person.disabled_at is not None:
            raise NotFound("this link does not work; ask for a new one")
        if link.used_at is not None or link.expires_at <= now:
            raise NotReady("this link was used before or is too old; ask for a new one")
        link.used_at = now
        weaker = link.purpose is LinkPurpose.SIGN_IN and person.method is SignInMethod.PASSWORD
        if weaker:  # the person was given a role since that asks for more than a link
            raise NotReady("you sign in with a password now; choose one by way of a new link")
        return begin(session, person, link.purpose, link.path, now)


def sign_in_with_password(
    session: Session, *, email: str, password: str, origin: str, now: datetime, path: str = "/"
) -> Progress:
    """Check address and password; what is asked next is the second step, for everyone.

    Takes as long for an address nobody has. A password without a second step set up opens
    nothing: that takes the invitation's link or a reset.
    """
    address = email.strip().lower()
    count_try(session, FROM_ONE_PLACE, origin, now)
    count_try(session, PASSWORDS_OF, address, now)
    person = session.scalar(
        select(Person).where(
            Person.email == address, Person.disabled_at.is_(None), Person.totp_since.is_not(None)
        )
    )
    kept = person.password_hash if person else None
    if not password_fits(password, kept) or person is None:
        raise BadInput("this address and password do not belong together")
    number = person.id
    with transaction(session):
        person = session.get_one(Person, number, with_for_update={"key_share": True})
        if person.password_hash != kept or person.disabled_at is not None:
            raise BadInput("this address and password do not belong together")
        forgive(session, PASSWORDS_OF, address)
        return begin(session, person, LinkPurpose.SIGN_IN, path, now)


def give_code(
    session: Session, *, token: str, code: str, secret_key: str, now: datetime
) -> Progress:
    """Give the second proof: the mailed code, the app's code, or a recovery code.

    A recovery code stands for a lost device, so the app is set up anew after it.
    """
    count_try(session, SECOND_OF, _half_way(session, token, now).id, now)
    with transaction(session):
        step, person = find_step(session, token, now)
        asked = next_of(person, step)
        if not _second_proof(session, asked, step, person, code, secret_key, now):
            raise BadInput("this code is not right, or was used before", field="code")
        step.second_at = now
        forgive(session, SECOND_OF, person.id)
        return go_on(session, person, step, now)


def choose_password(session: Session, *, token: str, password: str, now: datetime) -> Progress:
    """Set a new password on the way of an invitation or a reset; every session ends."""
    check_password(password, _half_way(session, token, now))
    kept = hash_password(password)  # outside the transaction: it takes its time
    with transaction(session):
        step, person = find_step(session, token, now)
        if next_of(person, step) is not NextStep.PASSWORD:
            raise NotReady("this took too long; start signing in again")
        person.password_hash, step.password_at = kept, now
        end_sessions(session, person.id, now)
        progress = go_on(session, person, step, now)
        post(session, ACCOUNT_CHANGED, person, now, subject_id=None)
        record(session, "password_set", f"person:{person.id}", by=person.id, at=now)
        return progress


def confirm_device(
    session: Session, *, token: str, code: str, secret_key: str, now: datetime
) -> tuple[Progress, tuple[str, ...]]:
    """Set the app up with its first right code; return the session and the recovery codes."""
    with transaction(session):
        step, person = find_step(session, token, now)
        if next_of(person, step) is not NextStep.DEVICE:
            raise NotReady("this took too long; start signing in again")
        if not accept_code(person, code, secret_key=secret_key, now=now):
            raise BadInput(
                "this code is not right; check that your telephone shows the right time",
                field="code",
            )
        person.totp_since, step.second_at = now, now
        codes = new_recovery_codes(session, person)
        progress = go_on(session, person, step, now)
        post(session, ACCOUNT_CHANGED, person, now, subject_id=None)
        record(session, "second_step_set", f"person:{person.id}", by=person.id, at=now)
        return progress, codes


def sign_in_demonstration(session: Session, *, person_id: int, now: datetime) -> Progress:
    """Sign in by a button. There is no such thing outside a demonstration database."""
    with transaction(session):
        deployment = session.get(Deployment, 1)
        person = session.get(Person, person_id)
        if not (deployment and deployment.demonstration) or person is None:
            raise NotFound("there is no such page")
        if person.disabled_at is not None:
            raise NotFound("there is no such page")
        token = open_session(session, person, now)
        details = {"method": "demonstration"}
        record(session, "signed_in", f"person:{person.id}", by=person.id, at=now, details=details)
        return Progress(token, None, "/")


def _half_way(session: Session, token: str, now: datetime) -> Person:
    found = where_at(session, token, now)
    if found is None:
        raise NotReady("this took too long; start signing in again")
    return found[1]


def _second_proof(
    session: Session,
    asked: NextStep | None,
    step: SignInStep,
    person: Person,
    code: str,
    secret_key: str,
    now: datetime,
) -> bool:
    if asked is NextStep.CODE:
        return same(mailed_code(secret_key, step), "".join(code.split()))
    if asked is not NextStep.TOTP:
        return False
    if accept_code(person, code, secret_key=secret_key, now=now):
        return True
    if not use_recovery_code(session, person, code, now):
        return False
    person.totp_nonce, person.totp_since, person.totp_last_step = None, None, None
    record(session, "recovery_code_used", f"person:{person.id}", by=person.id, at=now)
    return True
