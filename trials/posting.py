"""Sending what is in the outbox: by SMTP, or as files in a demonstration without a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.errors import BadInput
from trials.jobs import Step, Tools, job, sweep
from trials.mail import (
    JOB,
    Addressee,
    Letter,
    Links,
    OutboxRow,
    addressee_of,
    letter_for,
    one_line,
)

GIVES_UP_AFTER = timedelta(days=3)
PATIENCE = 20  # seconds to wait for the mail server
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@job(JOB, at_once=16)
def send(outbox_id: int, step: Step) -> None:
    """Deliver, then note it: killed in between, the second run repeats only what was not noted.

    Killed after the server took the mail and before that was noted, it goes out once more, with
    the same Message-ID.
    """
    if step(deliver, outbox_id):
        step(mark_sent, outbox_id)


@sweep
def unsent(tools: Tools) -> Iterator[tuple[str, int]]:
    """Find the mail that waits, oldest first, and give up on what is too old.

    A demonstration plays years in a minute: none of its mail is too old.
    """
    if not _can_send(tools):
        return
    with tools.sessions() as session:
        with transaction(session):
            for row in _waiting(session):
                too_old = row.created_at < tools.clock() - GIVES_UP_AFTER
                if too_old and not tools.demonstration:
                    row.failed_at = tools.clock()
        numbers = [row.id for row in _waiting(session)]
    yield from ((JOB, number) for number in numbers)


def deliver(tools: Tools, outbox_id: int) -> bool:
    """Hand one mail to the mail server, or put it in the folder; say whether it went out.

    Raises what the server raises when another try may help.
    """
    if not _can_send(tools):
        return False
    with tools.sessions() as session:
        row = session.get(OutboxRow, outbox_id)
        if row is None or row.sent_at is not None or row.failed_at is not None:
            return False
        try:
            message = _message(session, row, tools)
        except BadInput:
            message = None
        session.rollback()
        if message is None or not _accepted(message, outbox_id, tools):
            _give_up(session, outbox_id, tools)
            return False
    return True


def mark_sent(tools: Tools, outbox_id: int) -> None:
    with tools.sessions() as session, transaction(session):
        row = session.get_one(OutboxRow, outbox_id, with_for_update=True)
        row.sent_at = row.sent_at or tools.clock()


def compose(row: OutboxRow, to: Addressee, letter: Letter, sender: str) -> EmailMessage:
    """Return the mail. Raises ``BadInput`` for a name or address that would add a header."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    try:
        message["To"] = Address(one_line(to.name), addr_spec=one_line(to.email))
    except (ValueError, HeaderParseError) as error:  # one address and nothing more, or none
        raise BadInput("this is not an e-mail address; write it like name@school.nl") from error
    message["Subject"] = one_line(letter.subject)
    message["Date"] = row.created_at
    message["Message-ID"] = row.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    message["Content-Language"] = to.language  # setting the content clears headers of that kind
    return message


def _can_send(tools: Tools) -> bool:
    """Without a mail server a real programme's mail waits until one is set."""
    return tools.mail_url is not None or tools.demonstration


def _waiting(session: Session) -> list[OutboxRow]:
    return list(
        session.scalars(
            select(OutboxRow)
            .where(OutboxRow.sent_at.is_(None), OutboxRow.failed_at.is_(None))
            .order_by(OutboxRow.id)
        )
    )


def _message(session: Session, row: OutboxRow, tools: Tools) -> EmailMessage | None:
    to = addressee_of(session, row)
    if to is None:
        return None
    letter = letter_for(session, row, Links(tools.base_url, tools.secret_key))
    return compose(row, to, letter, tools.sender)


def _accepted(message: EmailMessage, outbox_id: int, tools: Tools) -> bool:
    """Say whether the mail is on its way; False when it never will be."""
    if tools.mail_url is None:
        _write(message, tools.var / "mail" / f"{outbox_id:06d}.eml")
        return True
    try:
        _hand_to_server(message, tools.mail_url)
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _ in refused.recipients.values()):
            return False
        raise
    return True


def _write(message: EmailMessage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(message.as_bytes())
    half.replace(path)


def _hand_to_server(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    checked = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=checked)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=checked)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _give_up(session: Session, outbox_id: int, tools: Tools) -> None:
    with transaction(session):
        row = session.get_one(OutboxRow, outbox_id, with_for_update=True)
        row.failed_at = tools.clock()
