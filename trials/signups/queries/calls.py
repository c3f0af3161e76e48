"""The calls for schools, as everyone may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trials.calls.models import Trial
from trials.errors import NotFound
from trials.signups.models import SchoolCall
from trials.signups.places import places_taken
from trials.signups.rows import TAKES_SCHOOLS


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call for schools as everyone may see it."""

    call: SchoolCall
    taken: int  # places; an exact count of schools
    open: bool  # at this moment

    @property
    def full(self) -> bool:
        return self.taken >= self.call.places


def school_call(session: Session, slug: str, now: datetime) -> OpenCall:
    """Return the call for schools of a trial by its public name."""
    call = session.scalar(
        select(SchoolCall)
        .join(SchoolCall.trial)
        .where(Trial.slug == slug)
        .options(joinedload(SchoolCall.trial))
    )
    if call is None:
        raise NotFound("there is no such call for schools")
    return _seen(session, call, now)


def open_school_calls(session: Session, now: datetime) -> list[OpenCall]:
    """Return the calls that take schools now, the one that closes first on top."""
    calls = session.scalars(
        select(SchoolCall)
        .join(SchoolCall.trial)
        .where(
            Trial.state.in_(TAKES_SCHOOLS),
            SchoolCall.opens_at <= now,
            SchoolCall.closes_at > now,
        )
        .options(joinedload(SchoolCall.trial))
        .order_by(SchoolCall.closes_at, SchoolCall.id)
    )
    return [_seen(session, call, now) for call in calls]


def _seen(session: Session, call: SchoolCall, now: datetime) -> OpenCall:
    within = call.opens_at <= now < call.closes_at
    return OpenCall(
        call=call,
        taken=places_taken(session, call.trial_id),
        open=within and call.trial.state in TAKES_SCHOOLS,
    )


def call_of_trial(session: Session, trial_id: int) -> SchoolCall | None:
    """Return the call for schools of a trial, which is public, or None before it opens."""
    return session.scalar(select(SchoolCall).where(SchoolCall.trial_id == trial_id))
