"""Two persons for what cannot be undone: propose, approve exactly what was shown, or let lapse."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.mail import post
from trials.people.actors import holders
from trials.people.acts import Act, act_named, canonical, content_hash, register_act
from trials.people.letters import PROPOSAL_DECIDED, PROPOSAL_WAITING
from trials.people.models import Person, Proposal, ProposalState
from trials.people.proofs import prove_identity, use_proof
from trials.permissions import Actor, HeldRole, require

__all__ = [
    "Act",
    "Approver",
    "approve",
    "eligible_approvers",
    "lapse_proposals",
    "propose",
    "prove_identity",
    "register_act",
    "reject",
    "withdraw",
]

LAPSES_AFTER = timedelta(hours=72)


def propose(
    session: Session,
    *,
    act: str,
    subject_id: int,
    wish: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Put an act before a second person, frozen as it is shown now.

    Raises ``Conflict`` while another proposal of this act for this subject is open.
    """
    with transaction(session):
        asked = act_named(act)
        scopes = asked.scopes(session, subject_id)
        require(actor, asked.propose, *scopes)
        _make_room(session, f"{act}:{subject_id}", now)
        shown = canonical(asked.shown(session, subject_id, wish))
        proposal = Proposal(
            act=act,
            subject_id=subject_id,
            open_key=f"{act}:{subject_id}",
            wish=wish,
            shown=shown,
            shown_sha256=content_hash(shown),
            state=ProposalState.OPEN,
            proposed_by=actor.person_id,
            proposed_for=_on_behalf_of(actor.ways_to(asked.propose, *scopes)),
            proposed_at=now,
            lapses_at=now + LAPSES_AFTER,
        )
        _add(session, proposal)
        for approver in _approvers(session, proposal, now):
            post(session, PROPOSAL_WAITING, approver.person, now, subject_id=proposal.id)
        _note(session, "proposed", proposal, actor.person_id, now)
    return proposal


def approve(
    session: Session, *, proposal_id: int, shown_sha256: str, actor: Actor, now: datetime
) -> Proposal:
    """Approve exactly what was shown and carry the act out, all in one transaction.

    Raises ``ProofNeeded`` without a fresh proof of identity for this act and this hash,
    ``Conflict`` when someone decided first or the content has changed since.
    """
    with transaction(session):
        proposal, act, way = _to_decide(session, proposal_id, actor, now)
        if shown_sha256 != proposal.shown_sha256:
            raise Conflict("what you saw is not what was proposed; open the proposal again")
        act.lock(session, proposal.subject_id)
        again = canonical(act.shown(session, proposal.subject_id, proposal.wish))
        if again != proposal.shown or content_hash(again) != proposal.shown_sha256:
            raise Conflict("what was proposed has changed since; it must be proposed anew")
        use_proof(session, actor=actor, act=act.name, shown_sha256=shown_sha256, now=now)
        proposal.advance_to(ProposalState.APPROVED, at=now, by=actor.person_id)
        proposal.decided_for = way.principal_id
        shown = json.loads(proposal.shown)
        act.carry_out(session, proposal.subject_id, shown, proposal.proposed_by, actor, now)
        _tell_proposer(session, proposal, now)
        _note(session, "approved", proposal, actor.person_id, now)
    return proposal


def reject(
    session: Session, *, proposal_id: int, reason: str, actor: Actor, now: datetime
) -> Proposal:
    """Refuse a proposal as its second person, with a reason the proposer reads."""
    with transaction(session):
        proposal, _, way = _to_decide(session, proposal_id, actor, now)
        if not reason.strip():
            raise BadInput("say in a few words why you reject this proposal")
        proposal.advance_to(ProposalState.REJECTED, at=now, by=actor.person_id)
        proposal.decided_for, proposal.reason = way.principal_id, reason.strip()
        _tell_proposer(session, proposal, now)
        _note(session, "rejected", proposal, actor.person_id, now)
    return proposal


def withdraw(session: Session, *, proposal_id: int, actor: Actor, now: datetime) -> Proposal:
    """Take back one's own proposal while it is open."""
    with transaction(session):
        proposal = _for_update(session, proposal_id)
        act = act_named(proposal.act)
        if proposal.proposed_by != actor.person_id:
            known = actor.may(act.approve, *act.scopes(session, proposal.subject_id))
            raise (
                NotAllowed("only the person who proposed this can withdraw it")
                if known
                else NotFound("there is no such proposal")
            )
        _must_be_open(proposal, now)
        proposal.advance_to(ProposalState.WITHDRAWN, at=now, by=actor.person_id)
        _note(session, "withdrawn", proposal, actor.person_id, now)
    return proposal


def lapse_proposals(session: Session, *, now: datetime) -> int:
    """Mark every open proposal whose 72 hours are over as lapsed; return how many there were."""
    with transaction(session):
        due = session.scalars(
            select(Proposal)
            .where(Proposal.state == ProposalState.OPEN, Proposal.lapses_at <= now)
            .order_by(Proposal.id)
            .with_for_update(skip_locked=True)
        ).all()
        for proposal in due:
            _lapse(session, proposal, now)
            _tell_proposer(session, proposal, now)
    return len(due)


@dataclass(frozen=True, slots=True)
class Approver:
    """Someone who can be the second person now, and the role that makes it so."""

    person: Person
    way: HeldRole
    principal: Person | None  # who gave the mandate, for a deputy


def eligible_approvers(session: Session, proposal_id: int, now: datetime) -> tuple[Approver, ...]:
    """Return who can approve this proposal at ``now``, deputies included; nobody once decided."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.state is not ProposalState.OPEN or proposal.lapses_at <= now:
        return ()
    return _approvers(session, proposal, now)


def _approvers(session: Session, proposal: Proposal, now: datetime) -> tuple[Approver, ...]:
    act = act_named(proposal.act)
    found = []
    for actor in holders(session, act.approve, act.scopes(session, proposal.subject_id), now):
        ways = _independent(actor, actor.roles, proposal)
        if not ways:
            continue
        principal = session.get(Person, ways[0].principal_id) if ways[0].principal_id else None
        found.append(Approver(session.get_one(Person, actor.person_id), ways[0], principal))
    return tuple(found)


def _independent(
    actor: Actor, ways: frozenset[HeldRole], proposal: Proposal
) -> tuple[HeldRole, ...]:
    """The ways to decide that lean on neither the proposer nor whom the proposer stood in for.

    One's own role comes before a mandate.
    """
    first = {proposal.proposed_by, proposal.proposed_for} - {None}
    if actor.person_id in first:
        return ()
    free = (way for way in ways if way.principal_id not in first)
    return tuple(sorted(free, key=lambda way: (way.principal_id or 0, way.role)))


def _to_decide(
    session: Session, proposal_id: int, actor: Actor, now: datetime
) -> tuple[Proposal, Act, HeldRole]:
    proposal = _for_update(session, proposal_id)
    act = act_named(proposal.act)
    scopes = act.scopes(session, proposal.subject_id)
    ways = actor.ways_to(act.approve, *scopes)
    if not ways:
        if actor.may(act.propose, *scopes):
            raise NotAllowed("your role does not allow this here")
        raise NotFound("there is no such proposal")
    _must_be_open(proposal, now)
    independent = _independent(actor, ways, proposal)
    if not independent:
        raise NotAllowed(
            "this takes two persons: whoever proposed it, or stands in for that person, "
            "cannot decide it"
        )
    return proposal, act, independent[0]


def _for_update(session: Session, proposal_id: int) -> Proposal:
    found = session.scalar(select(Proposal).where(Proposal.id == proposal_id).with_for_update())
    if found is None:
        raise NotFound("there is no such proposal")
    return found


def _must_be_open(proposal: Proposal, now: datetime) -> None:
    if proposal.state is not ProposalState.OPEN:
        raise Conflict("this proposal has been decided already: {state}", state=proposal.state)
    if proposal.lapses_at <= now:
        raise NotReady("this proposal lapsed after 72 hours; it must be proposed anew")


def _make_room(session: Session, open_key: str, now: datetime) -> None:
    earlier = session.scalar(
        select(Proposal).where(Proposal.open_key == open_key).with_for_update()
    )
    if earlier is None:
        return
    if earlier.lapses_at > now:
        raise Conflict("this has been proposed already and waits for a second person")
    _lapse(session, earlier, now)
    session.flush()  # the key must be free before the new row takes it


def _add(session: Session, proposal: Proposal) -> None:
    session.add(proposal)
    try:
        session.flush()
    except IntegrityError:  # two proposals in the same moment: the key is taken once
        raise Conflict("this has been proposed already and waits for a second person") from None


def _lapse(session: Session, proposal: Proposal, now: datetime) -> None:
    proposal.advance_to(ProposalState.LAPSED, at=now)
    _note(session, "lapsed", proposal, None, now)


def _on_behalf_of(ways: frozenset[HeldRole]) -> int | None:
    """None when a role of one's own suffices, else who gave the mandate."""
    return min((way.principal_id or 0 for way in ways), default=0) or None


def _tell_proposer(session: Session, proposal: Proposal, now: datetime) -> None:
    proposer = session.get_one(Person, proposal.proposed_by)
    post(session, PROPOSAL_DECIDED, proposer, now, subject_id=proposal.id)


def _note(session: Session, event: str, proposal: Proposal, by: int | None, now: datetime) -> None:
    details: dict[str, str | int] = {
        "act": proposal.act,
        "subject": proposal.subject_id,
        "sha256": proposal.shown_sha256,
    }
    principal = proposal.decided_for if proposal.decided_by else proposal.proposed_for
    if principal:
        details["for"] = principal
    record(session, event, f"proposal:{proposal.id}", by=by, at=now, details=details)
