"""Mail links: made in the transaction of whoever needs one, opened once, within their time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.mail import post
from trials.people.keys import new_token, same
from trials.people.letters import INVITATION, LINK_LETTERS, link_token
from trials.people.models import LONGEST_PATH, LinkPurpose, MailLink, Person, SignInMethod

LASTS: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.SIGN_IN: timedelta(minutes=20),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(minutes=20),
}


def send_link(
    session: Session, person: Person, purpose: LinkPurpose, now: datetime, *, path: str = "/"
) -> MailLink:
    """Put a link in the outbox; it leads to ``path`` once the person is signed in."""
    link = MailLink(
        person_id=person.id,
        purpose=purpose,
        nonce=new_token(),
        path=path if len(path) <= LONGEST_PATH else "/",
        created_at=now,
        expires_at=now + LASTS[purpose],
    )
    session.add(link)
    session.flush()
    post(session, LINK_LETTERS[purpose], person, now, subject_id=link.id)
    return link


def send_invitation(session: Session, person: Person, now: datetime, *, path: str = "/") -> None:
    """Invite a person who was just given a role: with a link to set up a password where one is due.

    Whoever signs in by mail link gets the address to ask for one: a link that lasts a week would
    be a password in a mailbox.
    """
    if person.method is SignInMethod.PASSWORD and person.totp_since is None:
        send_link(session, person, LinkPurpose.INVITATION, now, path=path)
        return
    post(session, INVITATION, person, now, subject_id=None)


def find_link(
    session: Session, token: str, secret_key: str, *, for_update: bool = False
) -> MailLink | None:
    """Return the row a link's token belongs to, used or not; None for a token nobody made."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    ask = select(MailLink).where(MailLink.id == int(number))
    link = session.scalar(ask.with_for_update() if for_update else ask)
    if link is None or not same(token, link_token(secret_key, link)):
        return None
    return link
