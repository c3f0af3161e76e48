"""A standing rule for later waves: two persons approve it once, and each wave is sealed under it.

Under a rule no person brings a secret: the server does, committed in the record before the beacon's
round is out. Without it the seed would be public, and with it what opens every school's line.
"""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.canonical import digest
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.draws.beacons import beacon_named
from trials.draws.custody import SERVER, commitment_of
from trials.draws.models import Draw, DrawParty, StandingRule
from trials.draws.states import DrawState
from trials.errors import BadInput, Conflict, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.proposals import Act, register_act
from trials.permissions import Actor, Permission, Scope

APPROVE_RULE = "standing_rule"
SPEC = "loting-rule/1"


def rule_of(trial: Trial, protocol: Protocol) -> dict[str, Any]:
    """Return the rule a protocol gives for later waves, in the values its fingerprint sums up."""
    draw = protocol.draw
    return {
        "spec": SPEC,
        "trial": trial.slug,
        "unit": protocol.unit.value,
        "arms": [{"label": arm.label, "ratio": arm.ratio} for arm in protocol.arms],
        "method": {
            "name": draw.method.value,
            "covariates": list(draw.covariates),
            "acceptance": str(draw.acceptance),
        },
        "strata": [
            {
                "code": stratum.code,
                "source": stratum.source.value,
                "bounds": [str(bound) for bound in stratum.bounds],
                "levels": list(stratum.levels),
            }
            for stratum in draw.strata
        ],
        "school_years": list(draw.school_years),
        "parties": [SERVER],
        "beacon": beacon_named(draw.beacon or "drand").name,
    }


def newest_rule(session: Session, trial_id: int) -> StandingRule | None:
    """Return the rule that stands: the last one approved."""
    return session.scalar(
        select(StandingRule)
        .where(StandingRule.trial_id == trial_id)
        .order_by(StandingRule.id.desc())
        .limit(1)
    )


def standing_rule(session: Session, trial: Trial, protocol: Protocol) -> StandingRule:
    """Return the rule that stands; ``NotReady`` where there is none, or the protocol left it."""
    rule = newest_rule(session, trial.id)
    if rule is None:
        raise NotReady("two persons have approved no standing rule for this trial yet")
    if digest(rule_of(trial, protocol)) != rule.fingerprint:
        raise NotReady(
            "the protocol has changed since the standing rule was approved; "
            "let two persons approve it anew"
        )
    return rule


def check_rule(session: Session, draw: Draw) -> None:
    """Refuse a frozen wave whose rule is not the one that stands, or whose record departs from it.

    Raises ``Conflict``, and ``NotReady`` as ``standing_rule`` does.
    """
    rule = standing_rule(session, draw.trial, locked_protocol(session, draw.trial_id))
    frozen = draw.frozen_record
    if frozen.get("rule") != rule.fingerprint:
        raise Conflict("this roster was not frozen under the rule that stands now")
    names = {"pairs": "blocked"}  # of a method in the record
    method = rule.content["method"]["name"]
    same = frozen["method"]["name"] == names.get(method, method)
    if not same or frozen["arms"] != rule.content["arms"] or draw.beacon != rule.content["beacon"]:
        raise Conflict("this roster departs from the standing rule; give it up and freeze again")


def let_server_commit(draw: Draw, rule: StandingRule, now: datetime) -> None:
    """Make the server the one party of a wave; what it committed to is revealed with the draw."""
    nonce = secrets.token_hex(32)
    party = DrawParty(position=0, name=SERVER, commitment=commitment_of(nonce), nonce=nonce)
    party.committed_at = now
    draw.parties = [party]
    draw.beacon, draw.beacon_rounds = rule.content["beacon"], 1
    draw.advance_to(DrawState.COMMITTED)


def what_is_approved(session: Session, trial_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """Return what the two persons see and approve: the protocol's rule and its fingerprint."""
    trial = _trial(session, trial_id)
    protocol = locked_protocol(session, trial.id)
    rule = rule_of(trial, protocol)
    return {
        "trial_nl": trial.title_nl,
        "trial_en": trial.title_en,
        "arms": [asdict(arm) for arm in protocol.arms],
        "method": protocol.draw.method.value,
        "stratified_by": [
            {"title_nl": stratum.title_nl, "title_en": stratum.title_en}
            for stratum in protocol.draw.strata
        ],
        "parties": rule["parties"],
        "beacon": rule["beacon"],
        "rule": digest(rule),
    }


def approve_rule(
    session: Session,
    trial_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Let the rule stand, in the approver's transaction; one approved before it stands no more."""
    trial = trial_for_update(session, trial_id)
    if trial.state not in (TrialState.RECRUITING, TrialState.SEALED, TrialState.DELIVERING):
        raise NotReady("a {state} trial draws no schools", state=trial.state)
    content = rule_of(trial, locked_protocol(session, trial.id))
    standing = newest_rule(session, trial.id)
    if standing is not None and standing.fingerprint == shown["rule"]:
        raise BadInput("exactly this rule stands already")
    session.add(
        StandingRule(
            trial_id=trial.id,
            content=content,
            fingerprint=shown["rule"],
            proposed_by=proposer_id,
            approved_by=approver.person_id,
            approved_at=now,
        )
    )
    record(
        session,
        "standing_rule_approved",
        f"trial:{trial.id}",
        by=approver.person_id,
        at=now,
        details={"rule": shown["rule"], "proposed_by": proposer_id},
    )


def _scopes(session: Session, trial_id: int) -> tuple[Scope, ...]:
    return (_trial(session, trial_id).scope,)


def _titles(session: Session, trial_id: int) -> tuple[str, str]:
    trial = _trial(session, trial_id)
    return trial.title_nl, trial.title_en


RULE_ACT = Act(
    name=APPROVE_RULE,
    propose=Permission.DRAW_SEAL_PROPOSE,
    approve=Permission.DRAW_SEAL_APPROVE,
    scopes=_scopes,
    shown=what_is_approved,
    lock=trial_for_update,
    carry_out=approve_rule,
    titles=_titles,
)
register_act(RULE_ACT)


def _trial(session: Session, trial_id: int) -> Trial:
    trial = session.get(Trial, trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    return trial
