"""Two persons for one act: who can be second, until when, on what, and only once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.trials.people.cast import (
    FOUND,
    HOUR,
    NOON,
    add_mandate,
    add_person,
    mark_demonstration,
)
from trials.audit import AuditRow
from trials.database import transaction
from trials.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotReady,
    ProofNeeded,
    TrialError,
)
from trials.mail import OutboxRow
from trials.people.actors import actor_for
from trials.people.models import Grant, Mandate, Organisation, OrganisationKind, Person, Proposal
from trials.people.models import ProposalState as S
from trials.people.proposals import (
    approve,
    eligible_approvers,
    lapse_proposals,
    propose,
    prove_identity,
    reject,
    withdraw,
)
from trials.permissions import Role

ACT = "rename_organisation"


class Stage:
    """An organisation to rename, an officer who proposes and a director who may approve."""

    def __init__(self, session: Session) -> None:
        mark_demonstration(session)
        self.session = session
        self.officer = add_person(session, "Officer", Role.NRO_OFFICER)
        self.director = add_person(session, "Director", Role.NRO_DIRECTOR)
        with transaction(session):
            organisation = Organisation(kind=OrganisationKind.OTHER, name="Oud")
            session.add(organisation)
            session.flush()
            self.subject = organisation.id

    def propose(self, by: int | None = None, *, name: str = "Nieuw", now=NOON) -> Proposal:
        actor = actor_for(self.session, by or self.officer, now)
        return propose(
            self.session,
            act=ACT,
            subject_id=self.subject,
            wish={"name": name},
            actor=actor,
            now=now,
        )

    def prove(self, by: int, proposal: Proposal, *, now=NOON, act: str = ACT) -> None:
        prove_identity(
            self.session,
            actor=actor_for(self.session, by, now),
            act=act,
            shown_sha256=proposal.shown_sha256,
            code_or_password="",
            now=now,
        )

    def approve(self, by: int, proposal: Proposal, *, now=NOON, shown: str | None = None) -> None:
        approve(
            self.session,
            proposal_id=proposal.id,
            shown_sha256=shown or proposal.shown_sha256,
            actor=actor_for(self.session, by, now),
            now=now,
        )

    def name(self) -> str:
        return self.session.get_one(Organisation, self.subject).name


@pytest.fixture
def stage(session: Session) -> Stage:
    return Stage(session)


def test_a_second_person_carries_the_act_out(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)
    stage.approve(stage.director, proposal)

    assert stage.name() == "Nieuw"
    assert proposal.state is S.APPROVED
    assert (proposal.proposed_by, proposal.decided_by) == (stage.officer, stage.director)
    events = stage.session.scalars(select(AuditRow.event).order_by(AuditRow.id)).all()
    assert events == ["proposed", "approved"]


def test_the_second_person_and_then_the_proposer_are_told(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)
    stage.approve(stage.director, proposal)

    told = stage.session.execute(select(OutboxRow.kind, OutboxRow.person_id)).all()
    assert told == [("proposal_waiting", stage.director), ("proposal_decided", stage.officer)]


def test_without_the_right_to_propose_nothing_is_proposed(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        stage.propose(stage.director)
    assert stage.session.scalars(select(Proposal)).all() == []


def test_the_same_person_in_two_roles_is_refused(stage: Stage) -> None:
    both = add_person(stage.session, "Both", Role.NRO_OFFICER, Role.NRO_DIRECTOR)
    proposal = stage.propose(both)
    stage.prove(both, proposal)

    with pytest.raises(NotAllowed, match="takes two persons"):
        stage.approve(both, proposal)
    assert stage.name() == "Oud"


def test_the_same_person_with_a_mandate_as_the_second_role_is_refused(stage: Stage) -> None:
    add_mandate(stage.session, stage.director, stage.officer, Role.NRO_DIRECTOR)
    proposal = stage.propose()
    stage.prove(stage.officer, proposal)

    with pytest.raises(NotAllowed, match="takes two persons"):
        stage.approve(stage.officer, proposal)


def test_a_deputy_of_the_proposer_cannot_be_second(stage: Stage) -> None:
    """The proposer is also a director and gave a mandate: both signatures would be one person's."""
    both = add_person(stage.session, "Both", Role.NRO_OFFICER, Role.NRO_DIRECTOR)
    deputy = add_person(stage.session, "Deputy")
    add_mandate(stage.session, both, deputy, Role.NRO_DIRECTOR)
    proposal = stage.propose(both)
    stage.prove(deputy, proposal)

    with pytest.raises(NotAllowed, match="takes two persons"):
        stage.approve(deputy, proposal)


def test_who_was_stood_in_for_at_the_proposal_cannot_be_second(stage: Stage) -> None:
    both = add_person(stage.session, "Both", Role.NRO_OFFICER, Role.NRO_DIRECTOR)
    deputy = add_person(stage.session, "Deputy")
    add_mandate(stage.session, both, deputy, Role.NRO_OFFICER)
    proposal = stage.propose(deputy)
    stage.prove(both, proposal)

    assert proposal.proposed_for == both
    with pytest.raises(NotAllowed, match="takes two persons"):
        stage.approve(both, proposal)


def test_a_deputy_approves_by_mandate_within_its_dates(stage: Stage) -> None:
    deputy = add_person(stage.session, "Deputy")
    add_mandate(stage.session, stage.director, deputy, Role.NRO_DIRECTOR, hours=2)
    proposal = stage.propose()

    with pytest.raises(NotFound):
        stage.approve(deputy, proposal, now=NOON + 2 * HOUR)
    stage.prove(deputy, proposal, now=NOON + HOUR)
    stage.approve(deputy, proposal, now=NOON + HOUR)

    assert (proposal.decided_by, proposal.decided_for) == (deputy, stage.director)


def test_the_page_can_say_who_can_be_second_now(stage: Stage) -> None:
    deputy = add_person(stage.session, "Deputy")
    add_mandate(stage.session, stage.director, deputy, Role.NRO_DIRECTOR, hours=2)
    add_mandate(stage.session, stage.director, stage.officer, Role.NRO_DIRECTOR)
    proposal = stage.propose()

    def seconds(hours: int) -> list[tuple[str, str | None]]:
        found = eligible_approvers(stage.session, proposal.id, NOON + hours * HOUR)
        return [(a.person.name, a.principal.name if a.principal else None) for a in found]

    assert seconds(0) == [("Director", None), ("Deputy", "Director")]
    assert seconds(2) == [("Director", None)]
    assert seconds(72) == []


def test_a_mandate_ends_with_the_role_it_came_from(stage: Stage) -> None:
    deputy = add_person(stage.session, "Deputy")
    add_mandate(stage.session, stage.director, deputy, Role.NRO_DIRECTOR)
    with transaction(stage.session):
        grant = stage.session.scalars(select(Grant).where(Grant.person_id == stage.director)).one()
        grant.ended_at = NOON

    assert actor_for(stage.session, deputy, NOON).roles == frozenset()
    assert actor_for(stage.session, deputy, NOON - HOUR / 2).roles != frozenset()


def test_a_mandate_ended_early_gives_nothing(stage: Stage) -> None:
    deputy = add_person(stage.session, "Deputy")
    mandate = add_mandate(stage.session, stage.director, deputy, Role.NRO_DIRECTOR)
    with transaction(stage.session):
        stage.session.get_one(Mandate, mandate).ended_at = NOON

    assert actor_for(stage.session, deputy, NOON).roles == frozenset()


def test_a_disabled_person_has_no_role_nor_has_the_deputy(stage: Stage) -> None:
    deputy = add_person(stage.session, "Deputy")
    add_mandate(stage.session, stage.director, deputy, Role.NRO_DIRECTOR)
    with transaction(stage.session):
        stage.session.get_one(Person, stage.director).disabled_at = NOON

    assert actor_for(stage.session, stage.director, NOON).roles == frozenset()
    assert actor_for(stage.session, deputy, NOON).roles == frozenset()


def test_approving_takes_a_proof(stage: Stage) -> None:
    proposal = stage.propose()

    with pytest.raises(ProofNeeded):
        stage.approve(stage.director, proposal)
    assert proposal.state is S.OPEN


def test_a_proof_lasts_five_minutes(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)

    with pytest.raises(ProofNeeded):
        stage.approve(stage.director, proposal, now=NOON + HOUR / 12 + HOUR / 3600)
    stage.approve(stage.director, proposal, now=NOON + HOUR / 12)


def test_a_proof_is_bound_to_the_act_the_hash_and_the_person(stage: Stage) -> None:
    other_director = add_person(stage.session, "Other", Role.NRO_DIRECTOR)
    earlier = stage.propose(name="Anders")
    withdraw(
        stage.session,
        proposal_id=earlier.id,
        actor=actor_for(stage.session, stage.officer, NOON),
        now=NOON,
    )
    proposal = stage.propose()
    stage.prove(stage.director, earlier)
    stage.prove(stage.director, proposal, act="another_act")
    stage.prove(other_director, proposal)

    with pytest.raises(ProofNeeded):
        stage.approve(stage.director, proposal)


def test_a_proof_is_used_once(stage: Stage) -> None:
    first = stage.propose()
    stage.prove(stage.director, first)
    stage.approve(stage.director, first)
    with transaction(stage.session):
        stage.session.get_one(Organisation, stage.subject).name = "Oud"
    second = stage.propose()

    assert second.shown_sha256 == first.shown_sha256
    with pytest.raises(ProofNeeded):
        stage.approve(stage.director, second)


def test_only_what_was_shown_can_be_approved(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)

    with pytest.raises(Conflict, match="not what was proposed"):
        stage.approve(stage.director, proposal, shown="0" * 64)


def test_what_changed_since_must_be_proposed_anew(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)
    with transaction(stage.session):
        stage.session.get_one(Organisation, stage.subject).name = "Tussentijds"

    with pytest.raises(Conflict, match="has changed since"):
        stage.approve(stage.director, proposal)


def test_a_proposal_tampered_with_in_the_database_is_refused(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)
    with transaction(stage.session):
        kept = stage.session.get_one(Proposal, proposal.id)
        kept.shown = kept.shown.replace(b"Nieuw", b"Kwaad")

    with pytest.raises(Conflict, match="has changed since"):
        stage.approve(stage.director, proposal)


def test_a_proposal_lapses_after_72_hours(stage: Stage) -> None:
    proposal = stage.propose()
    last, over = NOON + 72 * HOUR - HOUR / 3600, NOON + 72 * HOUR
    stage.prove(stage.director, proposal, now=last)

    with pytest.raises(NotReady, match="lapsed"):
        stage.approve(stage.director, proposal, now=over)
    assert lapse_proposals(stage.session, now=last) == 0
    assert lapse_proposals(stage.session, now=over) == 1
    assert proposal.state is S.LAPSED


def test_a_lapsed_proposal_makes_room_for_the_next(stage: Stage) -> None:
    first = stage.propose()
    with pytest.raises(Conflict, match="proposed already"):
        stage.propose()

    second = stage.propose(now=NOON + 72 * HOUR)

    assert (first.state, second.state) == (S.LAPSED, S.OPEN)


def test_only_the_proposer_withdraws(stage: Stage) -> None:
    proposal = stage.propose()
    director, officer, stranger = (
        actor_for(stage.session, number, NOON)
        for number in (stage.director, stage.officer, add_person(stage.session, "Stranger"))
    )

    with pytest.raises(NotAllowed):
        withdraw(stage.session, proposal_id=proposal.id, actor=director, now=NOON)
    with pytest.raises(NotFound):
        withdraw(stage.session, proposal_id=proposal.id, actor=stranger, now=NOON)
    withdraw(stage.session, proposal_id=proposal.id, actor=officer, now=NOON)

    assert proposal.state is S.WITHDRAWN
    with pytest.raises(Conflict, match="decided already"):
        stage.approve(stage.director, proposal)


def test_a_rejection_needs_a_reason_and_a_second_person(stage: Stage) -> None:
    proposal = stage.propose()
    officer, director = (
        actor_for(stage.session, number, NOON) for number in (stage.officer, stage.director)
    )

    with pytest.raises(NotAllowed):
        reject(stage.session, proposal_id=proposal.id, reason="Nee", actor=officer, now=NOON)
    with pytest.raises(BadInput):
        reject(stage.session, proposal_id=proposal.id, reason=" ", actor=director, now=NOON)
    reject(stage.session, proposal_id=proposal.id, reason="Te duur", actor=director, now=NOON)

    assert (proposal.state, proposal.reason) == (S.REJECTED, "Te duur")


def test_nothing_is_kept_when_the_act_itself_fails(stage: Stage) -> None:
    proposal = stage.propose()
    stage.prove(stage.director, proposal)

    def fail(*args: object, **named: object) -> None:
        raise OSError("disk full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trials.people.proposals.record", fail)
        with pytest.raises(OSError, match="disk full"):
            stage.approve(stage.director, proposal)

    assert stage.session.get_one(Proposal, proposal.id).state is S.OPEN
    assert stage.name() == "Oud"


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
