"""The ways in as a person takes them: mails read, links opened, codes typed over."""

from datetime import timedelta

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.people.cast import NOON, SECRET
from trials.database import transaction
from trials.mail import Links, OutboxRow, letter_for
from trials.people.enrolment import give_role
from trials.people.models import NextStep, Person, SignInMethod
from trials.people.services.invitations import invite
from trials.people.services.sign_in import (
    choose_password,
    confirm_device,
    open_link,
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
        scope=PROGRAMME,
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
