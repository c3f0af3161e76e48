"""Mail, against a real SMTP server: what arrives, once, for whom, and what never leaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.mailserver import Mailbox, mail_server
from trials.database import transaction
from trials.errors import BadInput
from trials.jobs import Tools
from trials.mail import Addressee, Letter, Links, OutboxRow, letter_for, one_line, post, renders
from trials.people.letters import INVITATION, WORDS
from trials.people.models import Person, SignInMethod
from trials.posting import compose, deliver, mark_sent, unsent

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def tools(fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path) -> Tools:
    return Tools(
        sessions=sessionmaker(fresh_engine),
        clock=lambda: NOON + timedelta(minutes=1),
        base_url="https://loting.example",
        secret_key="a secret for the tests only",
        sender="Loting <loting@voorbeeld.nl>",
        var=tmp_path,
        mail_url=mailbox.url,
    )


def add_person(session: Session, **changes: Any) -> Person:
    values = {
        "name": "Zoë Ödegård",
        "email": "zoe@school.example",
        "method": SignInMethod.LINK,
        "created_at": NOON,
    }
    person = Person(**(values | changes))
    session.add(person)
    session.flush()
    return person


def waiting_mail(tools: Tools, **changes: Any) -> int:
    with tools.sessions() as session, transaction(session):
        return post(session, INVITATION, add_person(session, **changes), NOON, subject_id=None).id


def row(tools: Tools, number: int) -> OutboxRow:
    with tools.sessions() as session:
        return session.get_one(OutboxRow, number)


def test_a_mail_arrives_with_name_words_and_its_own_number(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools)

    assert deliver(tools, number)
    mark_sent(tools, number)

    (mail,) = mailbox.taken
    assert mail["To"].addresses[0].display_name == "Zoë Ödegård"
    assert mail["From"] == "Loting <loting@voorbeeld.nl>"
    assert mail["Subject"] == "U bent uitgenodigd voor Loting"
    assert mail["Message-ID"] == row(tools, number).message_id
    assert mail["Date"].datetime == NOON
    assert mail["Content-Language"] == "nl"
    assert "https://loting.example/sign-in" in mail.get_content()
    assert row(tools, number).sent_at == NOON + timedelta(minutes=1)


def test_a_mail_that_was_sent_is_not_sent_again(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools)
    deliver(tools, number)
    mark_sent(tools, number)

    assert not deliver(tools, number)
    assert len(mailbox.taken) == 1
    assert list(unsent(tools)) == []


def test_a_second_try_carries_the_same_message_id(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools)
    deliver(tools, number)
    deliver(tools, number)

    assert len({mail["Message-ID"] for mail in mailbox.taken}) == 1


def test_an_english_reader_gets_english(tools: Tools, mailbox: Mailbox) -> None:
    deliver(tools, waiting_mail(tools, language="en"))

    assert mailbox.taken[0]["Subject"] == "You are invited to Loting"


def test_nothing_is_posted_when_the_act_is_undone(tools: Tools) -> None:
    def half_way() -> None:
        with tools.sessions() as session, transaction(session):
            post(session, INVITATION, add_person(session), NOON, subject_id=None)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        half_way()

    assert list(unsent(tools)) == []


@pytest.mark.parametrize("answer", ["451 try later", "421 busy"])
def test_a_busy_server_is_tried_again(tools: Tools, mailbox: Mailbox, answer: str) -> None:
    number = waiting_mail(tools)
    mailbox.refuse_with = answer

    with pytest.raises(Exception, match=r"451|421"):
        deliver(tools, number)
    assert list(unsent(tools)) == [("mail", number)]
    mailbox.refuse_with = None
    assert deliver(tools, number)


def test_an_address_refused_for_good_is_given_up(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools)
    mailbox.refuse_with = "550 no such user"

    assert not deliver(tools, number)
    assert row(tools, number).failed_at is not None
    assert list(unsent(tools)) == []


def test_nobody_writes_to_whom_was_shut_out(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools, disabled_at=NOON)

    assert not deliver(tools, number)
    assert mailbox.taken == []
    assert row(tools, number).failed_at is not None


def test_mail_too_old_is_given_up_by_the_sweep(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools)

    assert list(unsent(tools)) == [("mail", number)]
    late = replace(tools, clock=lambda: NOON + timedelta(days=3, seconds=1))
    assert list(unsent(replace(late, demonstration=True))) == [("mail", number)]
    assert list(unsent(late)) == []
    assert not deliver(tools, number)


def test_without_a_server_a_real_programmes_mail_waits(tools: Tools) -> None:
    number = waiting_mail(tools)
    without = replace(tools, mail_url=None)

    assert not deliver(without, number)
    assert list(unsent(without)) == []
    assert list(unsent(tools)) == [("mail", number)]
    assert list(without.var.glob("mail/*")) == []


def test_without_a_server_a_demonstration_writes_files(tools: Tools) -> None:
    number = waiting_mail(tools)
    demonstration = replace(tools, mail_url=None, demonstration=True)

    assert deliver(demonstration, number)

    (path,) = demonstration.var.glob("mail/*")
    assert path.name == f"{number:06d}.eml"
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["To"].addresses[0].addr_spec == "zoe@school.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Zoë\r\nBcc: everyone@school.example"},
        {"name": "Zoë\nBcc: everyone@school.example"},
        {"name": "Zoë\x0bBcc: everyone@school.example"},
        {"name": "Zoë\u2028Bcc: everyone@school.example"},
        {"email": "zoe@school.example\r\nBcc: everyone@school.example"},
        {"email": "zoe@school.example, everyone@school.example"},
    ],
)
def test_a_name_or_address_adds_no_header_and_no_reader(
    tools: Tools, mailbox: Mailbox, changes: dict[str, str]
) -> None:
    number = waiting_mail(tools, **changes)

    assert not deliver(tools, number)
    assert mailbox.taken == []
    assert row(tools, number).failed_at is not None


def test_a_subject_of_two_lines_is_refused(session: Session) -> None:
    two_lines = OutboxRow(id=1, message_id="<1@loting>", created_at=NOON)
    with pytest.raises(BadInput):
        compose(
            two_lines, Addressee("Zoë", "z@s.nl", "nl"), Letter("a\r\nBcc: x", ""), "L <l@l.nl>"
        )


def test_a_body_cannot_end_the_mail_early(tools: Tools, mailbox: Mailbox) -> None:
    number = waiting_mail(tools)
    with pytest.MonkeyPatch.context() as patch:
        early = ("Oproep", "eerste\r\n.\r\nMAIL FROM:<x@y.nl>\r\n", "", "")
        patch.setitem(WORDS, INVITATION, early)
        deliver(tools, number)

    (mail,) = mailbox.taken
    assert "MAIL FROM" in mail.get_content()


def test_the_outbox_holds_ids_and_no_words(tools: Tools) -> None:
    waiting_mail(tools)

    with tools.sessions() as session:
        values = session.execute(select(OutboxRow.__table__)).mappings().one()
    assert set(values) == {
        "id",
        "kind",
        "person_id",
        "subject_id",
        "message_id",
        "created_at",
        "sent_at",
        "failed_at",
    }


def test_a_kind_without_a_renderer_is_a_mistake_of_ours(session: Session) -> None:
    person = add_person(session)
    with pytest.raises(ValueError, match="no folder renders"):
        post(session, "unheard_of", person, NOON, subject_id=None)
    with pytest.raises(ValueError, match="has a renderer already"):
        renders(INVITATION)(lambda session, row, links: Letter("", ""))


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_every_letter_says_the_same_in_both_languages(kind: str) -> None:
    """Both name the same blanks, and a subject is one line."""
    nl_subject, nl_body, en_subject, en_body = WORDS[kind]

    blanks = [
        {word for word in ("{address}", "{code}") if word in body} for body in (nl_body, en_body)
    ]
    assert blanks[0] == blanks[1] != set()
    assert one_line(nl_subject)
    assert one_line(en_subject)


def test_links_lead_to_the_public_address() -> None:
    assert Links("https://loting.example/", "k" * 32).to("/desk") == "https://loting.example/desk"


def test_words_are_made_when_the_mail_is_sent(tools: Tools, mailbox: Mailbox) -> None:
    """An address corrected after the act is the one written to."""
    number = waiting_mail(tools)
    with tools.sessions() as session, transaction(session):
        person = session.scalars(select(Person)).one()
        person.email, person.language = "nieuw@school.example", "en"
    deliver(tools, number)

    assert mailbox.taken[0]["To"].addresses[0].addr_spec == "nieuw@school.example"
    with tools.sessions() as session:
        found = letter_for(
            session, session.get_one(OutboxRow, number), Links("https://x", "k" * 32)
        )
    assert found.subject == "You are invited to Loting"
