"""Two at the same moment for one proposal: one act, on both databases."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.trials.people.cast import FOUND, NOON, add_person, locked
from tests.trials.people.stage import ACT, Stage
from trials.audit import AuditRow
from trials.database import transaction
from trials.errors import TrialError
from trials.people.actors import actor_for
from trials.people.models import Organisation, OrganisationKind
from trials.people.proposals import approve, propose
from trials.permissions import Role


def test_two_approvals_at_once_make_one_act(fresh_engine: Engine) -> None:
    """Four directors press at the same moment, each with a proof; one act, three conflicts."""
    with Session(fresh_engine) as session:
        stage = Stage(session)
        directors = [stage.director]
        directors += [add_person(session, f"Director {n}", Role.NRO_DIRECTOR) for n in range(3)]
        officer = actor_for(session, stage.officer, NOON)
        proposal = propose(
            session, act=FOUND.name, subject_id=1, wish={"why": "x"}, actor=officer, now=NOON
        )
        for director in directors:
            stage.prove(director, proposal, act=FOUND.name)
        number, shown = proposal.id, proposal.shown_sha256
    ready = Barrier(len(directors))

    def press(director: int) -> str:
        with Session(fresh_engine) as own:
            actor = actor_for(own, director, NOON)
            ready.wait()
            try:
                approve(own, proposal_id=number, shown_sha256=shown, actor=actor, now=NOON)
            except TrialError as refusal:
                return type(refusal).__name__
            return "approved"

    with ThreadPoolExecutor(len(directors)) as pool:
        outcomes = sorted(pool.map(press, directors))

    assert outcomes == ["Conflict", "Conflict", "Conflict", "approved"]
    with Session(fresh_engine) as session:
        boards = select(func.count()).where(Organisation.kind == OrganisationKind.BOARD)
        assert session.scalar(boards) == 1
        approved = select(func.count()).where(AuditRow.event == "approved")
        assert session.scalar(approved) == 1


def test_two_proposals_at_once_leave_one(fresh_engine: Engine) -> None:
    with Session(fresh_engine) as session:
        stage = Stage(session)
        officers = [add_person(session, f"Officer {n}", Role.NRO_OFFICER) for n in range(4)]
        subject = stage.subject
    ready = Barrier(len(officers))

    def press(officer: int) -> str:
        with Session(fresh_engine) as own:
            actor = actor_for(own, officer, NOON)
            ready.wait()
            try:
                wish = {"name": "Nieuw"}
                propose(own, act=ACT, subject_id=subject, wish=wish, actor=actor, now=NOON)
            except TrialError as refusal:
                return type(refusal).__name__
            return "proposed"

    with ThreadPoolExecutor(len(officers)) as pool:
        outcomes = sorted(pool.map(press, officers))

    assert outcomes == ["Conflict", "Conflict", "Conflict", "proposed"]


def test_what_changes_while_someone_approves_is_seen(fresh_engine: Engine) -> None:
    """Another renames the organisation, and has not committed yet when the approval begins."""
    with Session(fresh_engine) as session:
        stage = Stage(session)
        proposal = stage.propose()
        stage.prove(stage.director, proposal)
        number, shown, director, subject = (
            proposal.id, proposal.shown_sha256, stage.director, stage.subject,
        )  # fmt: skip
    begun = Event()

    def press() -> str:
        with Session(fresh_engine) as own:
            actor = actor_for(own, director, NOON)
            own.rollback()
            begun.set()
            try:
                approve(own, proposal_id=number, shown_sha256=shown, actor=actor, now=NOON)
            except TrialError as refusal:
                return str(refusal)
            return "approved"

    with ThreadPoolExecutor(1) as pool, Session(fresh_engine) as other:
        with transaction(other):
            locked(other, subject).name = "Anders"
            other.flush()
            pressed = pool.submit(press)
            begun.wait(timeout=10)
            time.sleep(0.3)
        assert "has changed since" in pressed.result(timeout=10)

    with Session(fresh_engine) as session:
        assert session.get_one(Organisation, subject).name == "Anders"
