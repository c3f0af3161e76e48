"""The standing rule of a trial for its later waves, as the trial's people see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.canonical import digest
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.access import sees_arms
from trials.draws.models import Draw
from trials.draws.roster import undrawn_signups
from trials.draws.standing import APPROVE_RULE, newest_rule, rule_of
from trials.draws.states import DrawState
from trials.lifecycle import TrialState
from trials.people.models import Proposal, ProposalState
from trials.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class LaterWaves:
    """Whether a rule stands for the later waves, and what the reader can do with it now."""

    fingerprint: str | None  # of the rule that stands
    approved_at: datetime | None
    outdated: bool  # the protocol has changed since
    proposal_id: int | None  # of a rule that waits for its second person
    may_propose: bool
    may_freeze: bool  # a wave under this rule, now
    waiting: int  # complete sign-ups without an arm


def later_waves(session: Session, trial_id: int, actor: Actor | None) -> LaterWaves | None:
    """Return how later waves of a trial are drawn; None for readers who are not of the trial."""
    trial = session.get(Trial, trial_id)
    if trial is None or actor is None or trial.first_drawn_at is None:
        return None
    if not actor.may(Permission.TRIAL_READ, trial.scope):
        return None
    rule, open_to_draws = newest_rule(session, trial.id), trial.state is TrialState.DELIVERING
    if rule is None and not open_to_draws:
        return None
    current = digest(rule_of(trial, locked_protocol(session, trial.id)))
    outdated = rule is not None and rule.fingerprint != current
    proposal_id = _open_proposal(session, trial, actor)
    waiting = len(undrawn_signups(session, trial.id))
    prepares = actor.may(Permission.DRAW_FREEZE, trial.scope) and sees_arms(actor, trial)
    return LaterWaves(
        fingerprint=rule.fingerprint if rule else None,
        approved_at=rule.approved_at if rule else None,
        outdated=outdated,
        proposal_id=proposal_id,
        may_propose=open_to_draws
        and proposal_id is None
        and (rule is None or outdated)
        and actor.may(Permission.DRAW_SEAL_PROPOSE, trial.scope),
        may_freeze=open_to_draws
        and rule is not None
        and not outdated
        and prepares
        and waiting > 0
        and not _under_way(session, trial),
        waiting=waiting,
    )


def _under_way(session: Session, trial: Trial) -> bool:
    found = select(Draw.id).where(
        Draw.trial_id == trial.id, Draw.state.not_in((DrawState.DRAWN, DrawState.VOID))
    )
    return session.scalar(found) is not None


def _open_proposal(session: Session, trial: Trial, actor: Actor) -> int | None:
    roles = (Permission.DRAW_SEAL_PROPOSE, Permission.DRAW_SEAL_APPROVE)
    if not any(actor.may(role, trial.scope) for role in roles):
        return None
    return session.scalar(
        select(Proposal.id).where(
            Proposal.act == APPROVE_RULE,
            Proposal.subject_id == trial.id,
            Proposal.state == ProposalState.OPEN,
        )
    )
