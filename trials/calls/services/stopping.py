"""Stopping a trial: two persons, a reason from a fixed list, and a public page."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.announcing import announce_stop, announces_a_stop
from trials.calls.letters import TRIAL_STOPPED
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.calls.services.evaluators import trial_scopes
from trials.calls.titles import trial_titles
from trials.errors import NotReady
from trials.fields import Fields
from trials.lifecycle import TRIAL_TRANSITIONS, TrialState
from trials.mail import post
from trials.people.actors import grant_holds
from trials.people.acts import Act, register_act
from trials.people.models import Grant, Person
from trials.permissions import Actor, Permission, ScopeKind


class StopReason(StrEnum):
    """Why trials stop. Failed trials stay visible, so that others learn from them."""

    TOO_FEW_SCHOOLS = "too_few_schools"
    NO_AGREEMENT = "no_agreement"  # a party never signed protocol or plan
    PROVIDER_LEFT = "provider_left"
    EVALUATOR_LEFT = "evaluator_left"
    NOT_DELIVERABLE = "not_deliverable"
    OUTSIDE_EVENT = "outside_event"  # schools closed, a law changed
    HARM = "harm"
    DATA_LOST = "data_lost"
    FUNDING_ENDED = "funding_ended"


def _stop_shown(session: Session, trial_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """The wish names reason (a ``StopReason``) and explanation, which the public reads."""
    trial = session.get_one(Trial, trial_id)
    if TrialState.STOPPED not in TRIAL_TRANSITIONS[trial.state]:
        raise NotReady("a trial that is published or stopped cannot be stopped any more")
    fields = Fields(wish)
    reason = fields.choice("reason", StopReason)
    explanation = fields.text("explanation", longest=2000)
    fields.finish()
    return {
        "trial": trial.id,
        "trial_nl": trial.title_nl,
        "trial_en": trial.title_en,
        "state": trial.state.value,
        "reason": reason.value,
        "explanation": explanation,
    }


def _stop(
    session: Session,
    trial_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> Trial:
    """Stop the trial and tell everyone who takes part in it."""
    trial = trial_for_update(session, trial_id)
    trial.advance_to(TrialState.STOPPED)
    trial.stopped_at = now
    trial.stop_reason, trial.stop_explanation = shown["reason"], shown["explanation"]
    announce_stop(session, trial, now)
    record(
        session,
        "trial_stopped",
        f"trial:{trial.id}",
        by=approver.person_id,
        at=now,
        details={"reason": shown["reason"], "proposer": proposer_id},
    )
    return trial


@announces_a_stop
def tell_parties(session: Session, trial: Trial, now: datetime) -> None:
    """Mail everyone who holds a role in the trial itself."""
    in_trial = (Grant.scope_kind == ScopeKind.TRIAL) & (Grant.scope_id == trial.id)
    parties = session.scalars(
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(in_trial, grant_holds(now), Person.disabled_at.is_(None))
        .distinct()
        .order_by(Person.id)
    )
    for person in parties:
        post(session, TRIAL_STOPPED, person, now, subject_id=trial.id)


STOP = register_act(
    Act(
        name="stop",
        propose=Permission.TRIAL_STOP_PROPOSE,
        approve=Permission.TRIAL_STOP_APPROVE,
        scopes=trial_scopes,
        shown=_stop_shown,
        lock=trial_for_update,
        carry_out=_stop,
        titles=trial_titles,
    )
)
