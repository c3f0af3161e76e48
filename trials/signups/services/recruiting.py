"""The recruitment log: every school approached, and what it answered."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.days import day_of
from trials.errors import BadInput, NotReady
from trials.permissions import Actor, Permission, require
from trials.register.queries import site_by_id
from trials.signups.models import Answer, Approach, Channel
from trials.signups.rows import TAKES_SCHOOLS, call_for_update


def log_approach(
    session: Session,
    *,
    trial_id: int,
    site_id: int,
    channel: Channel,
    answer: Answer,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Approach:
    """Log one contact with a school. A refusal needs its reason, in the school's words."""
    with transaction(session):
        call = call_for_update(session, trial_id)
        require(actor, Permission.APPROACH_LOG, call.trial.scope)
        if call.trial.state not in TAKES_SCHOOLS:
            raise NotReady("this trial takes no schools any more")
        if answer in (Answer.DECLINED, Answer.INELIGIBLE) and not reason.strip():
            raise BadInput("write down why the school does not take part", field="reason")
        approach = Approach(
            trial_id=trial_id,
            site_id=site_by_id(session, site_id, day_of(now)).site_id,
            channel=channel,
            answer=answer,
            reason=reason.strip()[:500],
            approached_by=actor.person_id,
            approached_at=now,
        )
        session.add(approach)
        session.flush()
        record(
            session,
            "school_approached",
            f"trial:{trial_id}",
            by=actor.person_id,
            at=now,
            details={"approach": approach.id, "answer": answer.value},
        )
    return approach
