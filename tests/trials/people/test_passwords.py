"""Signing in by password and app: invited, forgotten, lost, mended."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.people.cast import HOUR, NOON, SECRET
from tests.trials.people.ways_in import (
    MINUTE,
    PASSWORD,
    app_code,
    coordinator,
    invited,
    last_mail,
    link_in,
    open_,
    with_password,
)
from trials.errors import BadInput, NotReady, TooOften
from trials.mail import OutboxRow
from trials.people.actors import actor_for
from trials.people.models import LinkPurpose, NextStep, Person, SignInMethod
from trials.people.services.invitations import invite, invite_administrator, reset_second_step
from trials.people.services.sign_in import (
    ask_for_link,
    choose_password,
    confirm_device,
    give_code,
)
from trials.people.sessions import visitor
from trials.permissions import PROGRAMME, Actor, Permission, Role


def test_an_invitation_leads_to_password_device_and_session(
    session: Session, administrator: Actor
) -> None:
    person, codes = invited(session, administrator)

    assert person.password_hash is not None
    assert person.password_hash.startswith("$argon2id$")
    assert len(set(codes)) == 10
    told = session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)).all()
    assert told == ["set_up_link", "account_changed", "account_changed"]


def test_password_and_app_open_a_session(session: Session, administrator: Actor) -> None:
    person, _ = invited(session, administrator)
    later = NOON + HOUR

    progress = with_password(session, now=later)
    assert progress.next is NextStep.TOTP
    assert visitor(session, progress.token, later) is None
    code = app_code(session, person, later)
    progress = give_code(session, token=progress.token, code=code, secret_key=SECRET, now=later)

    assert visitor(session, progress.token, later) is not None


def test_a_code_is_used_once(session: Session, administrator: Actor) -> None:
    person, _ = invited(session, administrator)
    later = NOON + HOUR
    code = app_code(session, person, later)
    first, second = with_password(session, now=later), with_password(session, now=later)
    give_code(session, token=first.token, code=code, secret_key=SECRET, now=later)

    with pytest.raises(BadInput, match="used before"):
        give_code(session, token=second.token, code=code, secret_key=SECRET, now=later)


def test_a_code_of_long_ago_is_refused(session: Session, administrator: Actor) -> None:
    person, _ = invited(session, administrator)
    later = NOON + HOUR
    progress = with_password(session, now=later)

    for seconds in (-90, 90):
        code = app_code(session, person, later + timedelta(seconds=seconds))
        with pytest.raises(BadInput):
            give_code(session, token=progress.token, code=code, secret_key=SECRET, now=later)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("manager@evaluator.example", "fietsbel in de zon"),
        ("nobody@evaluator.example", PASSWORD),
        ("coordinator@school.example", PASSWORD),
        ("manager@evaluator.example", ""),
    ],
)
def test_wrong_passwords_all_read_the_same(
    session: Session, administrator: Actor, email: str, password: str
) -> None:
    invited(session, administrator)
    coordinator(session)

    with pytest.raises(BadInput, match="do not belong together"):
        with_password(session, password, email=email)


def test_ten_wrong_passwords_lock_for_a_while(session: Session, administrator: Actor) -> None:
    invited(session, administrator)
    for _ in range(10):
        with pytest.raises(BadInput):
            with_password(session, "fietsbel in de zon")

    with pytest.raises(TooOften):
        with_password(session)
    assert with_password(session, now=NOON + 15 * MINUTE).next is NextStep.TOTP


def test_a_recovery_code_stands_in_for_the_lost_device_once(
    session: Session, administrator: Actor
) -> None:
    person, codes = invited(session, administrator)
    old, later = app_code(session, person, NOON + 2 * HOUR), NOON + HOUR
    progress = with_password(session, now=later)

    progress = give_code(
        session, token=progress.token, code=codes[3].upper(), secret_key=SECRET, now=later
    )
    assert progress.next is NextStep.DEVICE
    code = app_code(session, person, later)
    progress, renewed = confirm_device(
        session, token=progress.token, code=code, secret_key=SECRET, now=later
    )

    assert visitor(session, progress.token, later) is not None
    assert not set(codes) & set(renewed)
    assert app_code(session, person, NOON + 2 * HOUR) != old  # the lost device shows nothing now
    again = with_password(session, now=later)
    with pytest.raises(BadInput):
        give_code(session, token=again.token, code=codes[4], secret_key=SECRET, now=later)


def test_a_reset_does_not_pass_the_second_step_by(session: Session, administrator: Actor) -> None:
    person, _ = invited(session, administrator)
    later = NOON + HOUR
    ask_for_link(session, email=person.email, origin="::1", now=later, purpose=LinkPurpose.RESET)
    progress = open_(session, link_in(last_mail(session)), later)

    assert progress.next is NextStep.TOTP
    with pytest.raises(NotReady):
        choose_password(session, token=progress.token, password="spiegelei op dinsdag", now=later)
    code = app_code(session, person, later)
    progress = give_code(session, token=progress.token, code=code, secret_key=SECRET, now=later)
    assert progress.next is NextStep.PASSWORD
    progress = choose_password(
        session, token=progress.token, password="spiegelei op dinsdag", now=later
    )

    assert progress.next is None
    with pytest.raises(BadInput):
        with_password(session, now=later)
    assert with_password(session, "spiegelei op dinsdag", now=later).next is NextStep.TOTP


@pytest.mark.parametrize(
    "password",
    [
        "kort",
        "elf tekens.",
        "password1234",
        "wachtwoord123",
        "aaaaaaaaaaaa",
        "123456789012",
        "manager2027!",
        "x" * 201,
    ],
)
def test_short_and_common_passwords_are_refused(
    session: Session, administrator: Actor, password: str
) -> None:
    invite(
        session,
        email="manager@evaluator.example",
        name="Manager",
        role=Role.ANALYST,
        scope=PROGRAMME,
        actor=administrator,
        now=NOON,
    )
    progress = open_(session, link_in(last_mail(session)))

    with pytest.raises(BadInput):
        choose_password(session, token=progress.token, password=password, now=NOON)


@pytest.mark.parametrize(
    "password",
    ["zwaluw klompen mist", "é" * 5 + "klm pqz wry", "een zin over zwaluwen, klompen en mist " * 5],
)
def test_long_and_plain_passwords_are_welcome(
    session: Session, administrator: Actor, password: str
) -> None:
    """No rule of composition; up to 200 characters, in any script."""
    person, _ = invited(session, administrator)
    ask_for_link(session, email=person.email, origin="::1", now=NOON, purpose=LinkPurpose.RESET)
    progress = open_(session, link_in(last_mail(session)))
    later = NOON + MINUTE
    code = app_code(session, person, later)
    progress = give_code(session, token=progress.token, code=code, secret_key=SECRET, now=later)
    choose_password(session, token=progress.token, password=password, now=later)

    assert with_password(session, password, now=later).next is NextStep.TOTP


def test_an_administrator_mends_a_lost_second_step(session: Session, administrator: Actor) -> None:
    person, codes = invited(session, administrator)
    reset_second_step(session, person_id=person.id, actor=administrator, now=NOON)

    with pytest.raises(BadInput):
        with_password(session)
    progress = open_(session, link_in(last_mail(session)))
    assert progress.next is NextStep.PASSWORD
    assert codes


def test_the_first_administrator_comes_from_the_command_line(session: Session) -> None:
    link = invite_administrator(session, email="beheer@nko.example", now=NOON)

    person = session.get_one(Person, link.person_id)
    assert person.method is SignInMethod.PASSWORD
    assert actor_for(session, person.id, NOON).may(Permission.PEOPLE_INVITE)
    assert open_(session, link_in(last_mail(session))).next is NextStep.PASSWORD
