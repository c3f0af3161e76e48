"""What may be known about persons, roles, sessions and proposals."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trials.errors import NotFound
from trials.people.actors import grant_holds
from trials.people.acts import act_named, registered_acts
from trials.people.models import (
    ApiToken,
    Deployment,
    Grant,
    Mandate,
    Person,
    Proposal,
    ProposalState,
    RecoveryCode,
    SignInSession,
)
from trials.people.proposals import Approver, eligible_approvers
from trials.people.sessions import IDLE
from trials.permissions import Actor, Permission, Role, require
from trials.tasks import Task, TaskState

MOST_BUTTONS = 3  # of one role, on the demonstration's sign-in page


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal as its two persons read it."""

    proposal: Proposal
    about_nl: str  # the title of its trial or call
    about_en: str
    shown: dict[str, Any]
    proposer: Person
    proposed_for: Person | None
    decider: Person | None
    approvers: tuple[Approver, ...]  # who can be the second person now
    may_decide: bool
    may_withdraw: bool
    open: bool


def proposal_page(session: Session, proposal_id: int, actor: Actor, now: datetime) -> ProposalPage:
    """Return a proposal to whoever may propose or approve such an act there, or proposed it."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or not _may_know(session, proposal, actor):
        raise NotFound("there is no such proposal")
    approvers = eligible_approvers(session, proposal_id, now)
    is_open = proposal.state is ProposalState.OPEN and now < proposal.lapses_at
    about_nl, about_en = act_named(proposal.act).titles(session, proposal.subject_id)
    return ProposalPage(
        proposal=proposal,
        about_nl=about_nl,
        about_en=about_en,
        shown=json.loads(proposal.shown),
        proposer=session.get_one(Person, proposal.proposed_by),
        proposed_for=_person(session, proposal.proposed_for),
        decider=_person(session, proposal.decided_by),
        approvers=approvers,
        may_decide=actor.person_id in {approver.person.id for approver in approvers},
        may_withdraw=is_open and proposal.proposed_by == actor.person_id,
        open=is_open,
    )


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return the open proposals this person can decide, and the own ones that wait for another."""
    acts = registered_acts()
    waiting = session.scalars(
        select(Proposal)
        .where(
            Proposal.state == ProposalState.OPEN,
            Proposal.lapses_at > now,
            Proposal.act.in_(acts),
        )
        .order_by(Proposal.lapses_at)
    ).all()
    found = []
    for proposal in waiting:
        if proposal.proposed_by == actor.person_id:
            found.append(_task(session, proposal, TaskState.RUNNING))
        elif actor.may(
            acts[proposal.act].approve, *acts[proposal.act].scopes(session, proposal.subject_id)
        ) and any(
            approver.person.id == actor.person_id
            for approver in eligible_approvers(session, proposal.id, now)
        ):
            found.append(_task(session, proposal, TaskState.WAITING))
    return found


@dataclass(frozen=True, slots=True)
class Account:
    """What a person sees of the own account."""

    sessions: list[SignInSession]
    tokens: list[ApiToken]
    mandates_given: list[tuple[Mandate, Person]]  # with the deputy
    mandates_held: list[tuple[Mandate, Person]]  # with the principal
    recovery_codes_left: int


def own_account(session: Session, actor: Actor, now: datetime) -> Account:
    """Return the living sessions, tokens and mandates of the actor."""
    mine = actor.person_id
    sessions = session.scalars(
        select(SignInSession)
        .where(
            SignInSession.person_id == mine,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - IDLE,
        )
        .order_by(SignInSession.seen_at.desc())
    )
    tokens = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == mine, ApiToken.ended_at.is_(None), ApiToken.expires_at > now)
        .order_by(ApiToken.id)
    )
    codes = select(RecoveryCode).where(
        RecoveryCode.person_id == mine, RecoveryCode.used_at.is_(None)
    )
    return Account(
        sessions=list(sessions),
        tokens=list(tokens),
        mandates_given=_mandates(session, Mandate.principal_id, Mandate.deputy_id, mine, now),
        mandates_held=_mandates(session, Mandate.deputy_id, Mandate.principal_id, mine, now),
        recovery_codes_left=len(session.scalars(codes).all()),
    )


def everyone(session: Session, actor: Actor, *, words: str = "") -> list[Person]:
    """Return persons by name for whoever invites people; ``words`` narrows by name or address."""
    require(actor, Permission.PEOPLE_INVITE)
    ask = select(Person).order_by(Person.name, Person.id).limit(200)
    if words.strip():
        like = f"%{words.strip()}%"
        ask = ask.where(or_(Person.name.ilike(like), Person.email.ilike(like)))
    return list(session.scalars(ask))


def person_page(
    session: Session, person_id: int, actor: Actor, now: datetime
) -> tuple[Person, list[Grant]]:
    """Return a person and the roles held now, for whoever invites people."""
    require(actor, Permission.PEOPLE_INVITE)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("there is no such person")
    grants = session.scalars(
        select(Grant).where(Grant.person_id == person_id, grant_holds(now)).order_by(Grant.id)
    )
    return person, list(grants)


def demonstration_people(session: Session, now: datetime) -> list[Grant]:
    """Return a few persons of each role to sign in as; none outside a demonstration."""
    deployment = session.get(Deployment, 1)
    if deployment is None or not deployment.demonstration:
        return []
    grants = session.scalars(
        select(Grant)
        .join(Grant.person)
        .where(grant_holds(now), Person.disabled_at.is_(None))
        .order_by(Grant.id)
    )
    shown: dict[tuple[str, int], Grant] = {}
    for grant in grants:
        of_role = sum(1 for role, _ in shown if role == grant.role)
        if of_role < MOST_BUTTONS:
            shown.setdefault((grant.role, grant.person_id), grant)
    order = list(Role)
    return sorted(shown.values(), key=lambda grant: (order.index(grant.role), grant.id))


def _may_know(session: Session, proposal: Proposal, actor: Actor) -> bool:
    act = act_named(proposal.act)
    scopes = act.scopes(session, proposal.subject_id)
    involved = actor.person_id in (proposal.proposed_by, proposal.decided_by)
    return involved or actor.may(act.propose, *scopes) or actor.may(act.approve, *scopes)


def _task(session: Session, proposal: Proposal, state: TaskState) -> Task:
    titles = act_named(proposal.act).titles(session, proposal.subject_id)
    kind = f"proposal_{proposal.act}"
    return Task(kind, proposal.id, state, *titles, due=proposal.lapses_at, minutes=10)


def _person(session: Session, person_id: int | None) -> Person | None:
    return session.get(Person, person_id) if person_id is not None else None


def _mandates(
    session: Session, mine: Any, other: Any, person_id: int, now: datetime
) -> list[tuple[Mandate, Person]]:
    rows = session.execute(
        select(Mandate, Person)
        .join(Person, Person.id == other)
        .where(mine == person_id, Mandate.ended_at.is_(None), Mandate.valid_until > now)
        .order_by(Mandate.id)
    )
    return [(mandate, person) for mandate, person in rows]
