"""Two persons for one act: who can be second, until when, on what, and only once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.people.cast import HOUR, NOON, add_mandate, add_person
from tests.trials.people.stage import Stage
from trials.audit import AuditRow
from trials.database import transaction
from trials.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotReady,
    ProofNeeded,
)
from trials.mail import OutboxRow
from trials.people.actors import actor_for
from trials.people.models import Grant, Mandate, Organisation, Person, Proposal
from trials.people.models import ProposalState as S
from trials.people.proposals import (
    eligible_approvers,
    lapse_proposals,
    reject,
    withdraw,
)
from trials.permissions import Role


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
