"""Signing in by mail link, and by link and code."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.people.cast import NOON, SECRET, add_person
from tests.trials.people.ways_in import MINUTE, coordinator, last_mail, link_in, open_
from trials.errors import BadInput, NotFound, NotReady, TooOften
from trials.mail import OutboxRow
from trials.people.models import MailLink, NextStep
from trials.people.services.sign_in import (
    ask_for_link,
    give_code,
    open_link,
)
from trials.people.sessions import visitor
from trials.permissions import Role


def test_a_coordinator_signs_in_by_mail_link(session: Session) -> None:
    person = coordinator(session)

    ask_for_link(
        session, email=" Coordinator@School.example ", origin="::1", now=NOON, path="/signups/7"
    )
    progress = open_(session, link_in(last_mail(session)), NOON + 20 * MINUTE - MINUTE / 60)

    assert (progress.next, progress.path) == (None, "/signups/7")
    found = visitor(session, progress.token, NOON + 20 * MINUTE)
    assert found is not None
    assert found.person.id == person.id


def test_a_link_works_once(session: Session) -> None:
    coordinator(session)
    ask_for_link(session, email="coordinator@school.example", origin="::1", now=NOON)
    token = link_in(last_mail(session))
    open_(session, token)

    with pytest.raises(NotReady, match="used before"):
        open_(session, token)


def test_a_link_lasts_twenty_minutes(session: Session) -> None:
    coordinator(session)
    ask_for_link(session, email="coordinator@school.example", origin="::1", now=NOON)

    with pytest.raises(NotReady, match="too old"):
        open_(session, link_in(last_mail(session)), NOON + 20 * MINUTE)


def test_the_database_alone_makes_no_link(session: Session) -> None:
    """What is in the row is not in the token, and another key makes another token."""
    coordinator(session)
    ask_for_link(session, email="coordinator@school.example", origin="::1", now=NOON)
    token, row = link_in(last_mail(session)), session.scalars(select(MailLink)).one()

    assert row.nonce not in token
    for forged in (f"{row.id}-{row.nonce}", f"{row.id}-", "9-x", "x", "", f"{row.id}-é"):
        with pytest.raises(NotFound):
            open_(session, forged)
    with pytest.raises(NotFound):
        open_link(session, token=token, secret_key="another secret of the tests", now=NOON)
    assert open_(session, token).next is None


def test_who_asks_for_a_strangers_link_learns_nothing(session: Session) -> None:
    add_person(session, "Officer", Role.NRO_OFFICER)
    coordinator(session)

    for email in ("nobody@school.example", "officer@voorbeeld.example"):
        assert ask_for_link(session, email=email, origin="::1", now=NOON) is None

    kinds = session.scalars(select(OutboxRow.kind)).all()
    assert kinds == ["use_password"]  # no link for whom signs in by password


def test_asking_is_limited_alike_for_known_and_unknown_addresses(session: Session) -> None:
    coordinator(session)

    for email in ("coordinator@school.example", "nobody@school.example"):
        for _ in range(5):
            ask_for_link(session, email=email, origin="::1", now=NOON)
        with pytest.raises(TooOften, match="15 minutes"):
            ask_for_link(session, email=email, origin="::1", now=NOON)
        ask_for_link(session, email=email, origin="::1", now=NOON + 15 * MINUTE)

    assert session.scalar(select(func.count()).select_from(OutboxRow)) == 6


def test_a_board_needs_the_mailed_code_too(session: Session) -> None:
    coordinator(session, Role.BOARD_SIGNATORY)
    ask_for_link(session, email="coordinator@school.example", origin="::1", now=NOON)
    progress = open_(session, link_in(last_mail(session)))

    assert progress.next is NextStep.CODE
    assert visitor(session, progress.token, NOON) is None
    code = last_mail(session).split("is ")[1][:6]
    with pytest.raises(BadInput):
        give_code(session, token=progress.token, code="000000", secret_key=SECRET, now=NOON)
    progress = give_code(
        session, token=progress.token, code=f"{code[:3]} {code[3:]}", secret_key=SECRET, now=NOON
    )

    assert progress.next is None
    assert visitor(session, progress.token, NOON) is not None


def test_codes_cannot_be_tried_out(session: Session) -> None:
    """Six tries in a quarter of an hour, also when the link is asked for again in between."""
    coordinator(session, Role.BOARD_SIGNATORY)
    ask_for_link(session, email="coordinator@school.example", origin="::1", now=NOON)
    progress = open_(session, link_in(last_mail(session)))
    right = last_mail(session).split("is ")[1][:6]

    for _ in range(6):
        with pytest.raises(BadInput):
            give_code(session, token=progress.token, code="000000", secret_key=SECRET, now=NOON)
    with pytest.raises(TooOften):
        give_code(session, token=progress.token, code=right, secret_key=SECRET, now=NOON)
