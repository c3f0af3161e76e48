"""Every way in, as a person would take it: from the mail that was sent to the open session."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.people.cast import HOUR, NOON, SECRET, add_person, mark_demonstration
from trials.audit import AuditRow
from trials.database import transaction
from trials.errors import BadInput, NotFound, NotReady, TooOften
from trials.mail import Links, OutboxRow, letter_for
from trials.people.actors import actor_for
from trials.people.enrolment import give_role
from trials.people.models import LinkPurpose, MailLink, NextStep, Person, SignInMethod
from trials.people.services.grants import disable_person, end_grant
from trials.people.services.invitations import invite, invite_administrator, reset_second_step
from trials.people.services.sessions import end_other_sessions, note_seen, sign_out
from trials.people.services.sign_in import (
    ask_for_link,
    choose_password,
    confirm_device,
    give_code,
    open_link,
    sign_in_demonstration,
    sign_in_with_password,
)
from trials.people.sessions import visitor
from trials.people.steps import Progress
from trials.people.totp import set_up_secret
from trials.permissions import PROGRAMME, Actor, Permission, Role, Scope, ScopeKind

MINUTE = timedelta(minutes=1)
PASSWORD = "fietsbel in de regen"
LINKS = Links("https://loting.example", SECRET)
SCHOOL = Scope(ScopeKind.SIGNUP, 7)


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_for(session, add_person(session, "Beheerder", Role.ADMINISTRATOR), NOON)


def last_mail(session: Session) -> str:
    row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
    assert row is not None
    return letter_for(session, row, LINKS).body


def link_in(body: str) -> str:
    return body.split("/sign-in/link/")[1].split()[0]


def open_(session: Session, token: str, now=NOON) -> Progress:
    return open_link(session, token=token, secret_key=SECRET, now=now)


def app_code(session: Session, person: Person, now=NOON) -> str:
    return pyotp.TOTP(set_up_secret(person, SECRET)).at(now)


def coordinator(session: Session, role: Role = Role.SCHOOL_COORDINATOR) -> Person:
    with transaction(session):
        person = Person(
            name="Coördinator",
            email="coordinator@school.example",
            method=SignInMethod.LINK,
            created_at=NOON,
        )
        session.add(person)
        session.flush()
        give_role(session, person, role, SCHOOL, by=None, now=NOON)
    return person


def invited(session: Session, administrator: Actor, now=NOON) -> tuple[Person, tuple[str, ...]]:
    """Invite an evaluator's trial manager and let them set up everything."""
    person = invite(
        session,
        email="Manager@Evaluator.example",
        name="Manager",
        role=Role.TRIAL_MANAGER,
        scope=Scope(ScopeKind.TRIAL, 3),
        actor=administrator,
        now=now,
    )
    progress = open_(session, link_in(last_mail(session)), now)
    assert progress.next is NextStep.PASSWORD
    progress = choose_password(session, token=progress.token, password=PASSWORD, now=now)
    assert progress.next is NextStep.DEVICE
    code = app_code(session, person, now)
    progress, codes = confirm_device(
        session, token=progress.token, code=code, secret_key=SECRET, now=now
    )
    assert progress.next is None
    found = visitor(session, progress.token, now)
    assert found is not None
    assert found.actor.may(Permission.DRAW_FREEZE, Scope(ScopeKind.TRIAL, 3))
    return person, codes


def with_password(session: Session, password: str = PASSWORD, now=NOON, email="") -> Progress:
    address = email or "manager@evaluator.example"
    return sign_in_with_password(session, email=address, password=password, origin="::1", now=now)


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


def test_a_session_idles_out_and_ends_in_any_case(session: Session) -> None:
    mark_demonstration(session)
    progress = sign_in_demonstration(session, person_id=add_person(session, "Iemand"), now=NOON)
    token = progress.token

    assert visitor(session, token, NOON + 2 * HOUR - MINUTE) is not None
    assert visitor(session, token, NOON + 2 * HOUR) is None
    for hours in range(1, 12):
        found = visitor(session, token, NOON + hours * HOUR)
        assert found is not None
        note_seen(session, session_id=found.session_id, now=NOON + hours * HOUR)
    assert visitor(session, token, NOON + 12 * HOUR - MINUTE) is not None
    assert visitor(session, token, NOON + 12 * HOUR) is None


def test_signing_out_ends_the_session_on_the_server(session: Session) -> None:
    mark_demonstration(session)
    number = add_person(session, "Iemand")
    one, other = (
        sign_in_demonstration(session, person_id=number, now=NOON).token for _ in range(2)
    )
    assert one != other
    sign_out(session, token=one, now=NOON)

    assert visitor(session, one, NOON) is None
    assert visitor(session, other, NOON) is not None


def test_a_role_that_ends_is_gone_at_the_next_request(
    session: Session, administrator: Actor
) -> None:
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    token = sign_in_demonstration(session, person_id=number, now=NOON).token
    grant = session.get_one(Person, number).grants[0]

    end_grant(session, grant_id=grant.id, actor=administrator, now=NOON)

    found = visitor(session, token, NOON)
    assert found is not None
    assert found.actor.roles == frozenset()


def test_who_is_shut_out_is_out_at_once(session: Session, administrator: Actor) -> None:
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    token = sign_in_demonstration(session, person_id=number, now=NOON).token

    disable_person(session, person_id=number, actor=administrator, now=NOON)

    assert visitor(session, token, NOON) is None
    with pytest.raises(NotFound):
        sign_in_demonstration(session, person_id=number, now=NOON)


def test_an_open_session_of_whom_was_shut_out_counts_for_nothing(session: Session) -> None:
    """Should a session ever stay behind, the person's own state decides."""
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    token = sign_in_demonstration(session, person_id=number, now=NOON).token
    with transaction(session):
        session.get_one(Person, number).disabled_at = NOON

    assert visitor(session, token, NOON) is None


def test_a_stronger_role_ends_sessions_begun_with_less(session: Session) -> None:
    person = coordinator(session)
    ask_for_link(session, email=person.email, origin="::1", now=NOON)
    token = open_(session, link_in(last_mail(session))).token
    ask_for_link(session, email=person.email, origin="::1", now=NOON)
    link = link_in(last_mail(session))
    with transaction(session):
        give_role(session, person, Role.ASSESSOR, PROGRAMME, by=None, now=NOON)

    assert visitor(session, token, NOON) is None
    with pytest.raises(NotReady, match="password now"):
        open_(session, link)


def test_other_sessions_can_be_ended(session: Session) -> None:
    mark_demonstration(session)
    number = add_person(session, "Iemand")
    one, other = (
        sign_in_demonstration(session, person_id=number, now=NOON).token for _ in range(2)
    )
    here = visitor(session, one, NOON)
    assert here is not None
    end_other_sessions(session, but=here.session_id, actor=here.actor, now=NOON)

    assert visitor(session, one, NOON) is not None
    assert visitor(session, other, NOON) is None


def test_the_demonstrations_button_works_in_a_demonstration_only(session: Session) -> None:
    number = add_person(session, "Iemand", Role.NRO_OFFICER)

    with pytest.raises(NotFound):
        sign_in_demonstration(session, person_id=number, now=NOON)


def test_signing_in_is_in_the_audit_chain_without_personal_text(
    session: Session, administrator: Actor
) -> None:
    person, _ = invited(session, administrator)

    rows = session.scalars(select(AuditRow)).all()
    assert "signed_in" in [row.event for row in rows]
    for row in rows:
        text = f"{row.event} {row.subject} {row.details}"
        assert person.name not in text
        assert person.email not in text
