"""What lapses and what is forgotten by itself."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.trials.people.cast import FOUND, HOUR, NOON, add_person, mark_demonstration
from trials.database import transaction
from trials.jobs import Tools
from trials.mail import OutboxRow
from trials.people.actors import actor_for
from trials.people.housekeeping import forget_traces, keep_house
from trials.people.links import send_link
from trials.people.models import (
    Attempt,
    IdentityProof,
    LinkPurpose,
    MailLink,
    Person,
    Proposal,
    ProposalState,
    SignInSession,
    SignInStep,
)
from trials.people.proofs import prove_identity
from trials.people.proposals import propose
from trials.people.services.sign_in import sign_in_demonstration
from trials.people.steps import begin
from trials.people.throttle import Limit, count_try
from trials.permissions import Role

DAY = timedelta(days=1)
TRACES = (Attempt, MailLink, SignInStep, SignInSession, IdentityProof)


def leave_traces(session: Session) -> None:
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    sign_in_demonstration(session, person_id=number, now=NOON)
    actor = actor_for(session, number, NOON)
    prove_identity(
        session, actor=actor, act="award", shown_sha256="0" * 64, code_or_password="", now=NOON
    )
    count_try(session, Limit("test", 3), "somebody", NOON)
    with transaction(session):
        person = session.get_one(Person, number)
        send_link(session, person, LinkPurpose.SIGN_IN, NOON)
        begin(session, person, LinkPurpose.INVITATION, "/", NOON)


def kept(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TRACES]


def test_traces_of_signing_in_are_forgotten(session: Session) -> None:
    leave_traces(session)
    assert kept(session) == [1, 1, 1, 1, 1]

    forget_traces(session, now=NOON + DAY)
    assert kept(session) == [1, 1, 1, 1, 1]
    forget_traces(session, now=NOON + DAY + HOUR)
    assert kept(session) == [0, 1, 1, 1, 1]
    forget_traces(session, now=NOON + 91 * DAY)

    assert kept(session) == [0, 0, 0, 0, 0]


def test_the_sweep_lapses_what_is_over_and_tells_the_proposer(
    fresh_engine: Engine, tmp_path: Path
) -> None:
    with Session(fresh_engine) as session:
        officer = add_person(session, "Officer", Role.NRO_OFFICER)
        actor = actor_for(session, officer, NOON)
        propose(session, act=FOUND.name, subject_id=1, wish={}, actor=actor, now=NOON)
    later = NOON + 73 * HOUR
    sessions = sessionmaker(fresh_engine)
    tools = Tools(sessions, lambda: later, "https://x", "k" * 32, "L <l@l.nl>", tmp_path)

    assert list(keep_house(tools)) == []

    with Session(fresh_engine) as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.LAPSED]
        told = session.execute(select(OutboxRow.kind, OutboxRow.person_id)).all()
        assert told == [("proposal_decided", officer)]
