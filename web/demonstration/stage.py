"""Where the demonstration plays: a session, and the parts by name."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.database import Base
from trials.measurements.keys import PupilKeys
from trials.people.actors import actor_for
from trials.people.models import Person, Proposal, ProposalState
from trials.people.proposals import approve, propose, prove_identity
from trials.permissions import Actor
from web.demonstration.cast import address

SECRET = "loting-demonstration"  # fixed and public: allowed in a demonstration database only


@dataclass(frozen=True, slots=True)
class Stage:
    """What every step works with."""

    session: Session
    keys: PupilKeys

    def person(self, part: str) -> Person:
        return self.session.scalars(select(Person).where(Person.email == address(part))).one()

    def actor(self, part: str, now: datetime) -> Actor:
        """Return the part with the roles held at this moment."""
        return actor_for(self.session, self.person(part).id, now)

    def trial(self, slug: str) -> Trial | None:
        return self.session.scalar(select(Trial).where(Trial.slug == slug))

    def trial_of(self, slug: str) -> Trial:
        """Return a trial that has begun."""
        return self.session.scalars(select(Trial).where(Trial.slug == slug)).one()

    def two_persons(
        self,
        act: str,
        subject_id: int,
        wish: dict[str, Any],
        *,
        first: str,
        second: str,
        now: datetime,
    ) -> Proposal:
        """Propose as the first part, unless that was done, and approve as the second."""
        waiting = newest(
            self.session,
            Proposal,
            Proposal.act == act,
            Proposal.subject_id == subject_id,
            Proposal.state == ProposalState.OPEN,
        )
        proposal = waiting or propose(
            self.session,
            act=act,
            subject_id=subject_id,
            wish=wish,
            actor=self.actor(first, now),
            now=now,
        )
        return self.approve(proposal, second, now)

    def approve(self, proposal: Proposal, second: str, now: datetime) -> Proposal:
        actor, shown = self.actor(second, now), proposal.shown_sha256
        prove_identity(
            self.session,
            actor=actor,
            act=proposal.act,
            shown_sha256=shown,
            code_or_password="",
            now=now,
        )
        return approve(
            self.session, proposal_id=proposal.id, shown_sha256=shown, actor=actor, now=now
        )


Row = TypeVar("Row", bound=Base)


def newest(session: Session, table: type[Row], *conditions: ColumnElement[bool]) -> Row | None:
    """Return the row that was made last among those that meet the conditions."""
    rows = select(table).where(*conditions).order_by(table.id.desc()).limit(1)  # type: ignore[attr-defined]
    return session.scalar(rows)


def secret(*names: str) -> bytes:
    """Return a fixed secret of the demonstration, 32 bytes, a different one for each name."""
    return hashlib.sha256("/".join((SECRET, *names)).encode()).digest()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trial's life as the demonstration plays it.

    ``act`` does what is not done yet and may be repeated after a crash at any moment; ``tell``
    reads from the database what there is now, so that it says the same however often it ran.
    """

    number: int  # of the sixteen
    who: tuple[str, ...]
    act: Callable[[Stage], None]
    tell: Callable[[Stage], str]
