"""Reading the assessment of a call: what to declare and score, interests, the ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Application, Call, InterestDeclaration
from trials.calls.queries.applications import declaration_of, judgements_on, reads_as_council
from trials.calls.ranking import Standing
from trials.calls.standings import ASSESSED, open_interests, standings
from trials.calls.states import CallState
from trials.errors import NotFound, NotReady
from trials.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class ToAssess:
    """A line on an assessor's list: what must be known to declare an interest, and no more."""

    application: Application
    declaration: InterestDeclaration | None
    scored: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    standings: tuple[Standing, ...]
    applications: dict[int, Application]
    open_interests: int  # declarations that wait for a ruling

    @property
    def complete(self) -> bool:
        return not self.open_interests and all(s.complete for s in self.standings)


def interests_of(session: Session, call: Call, actor: Actor) -> Sequence[InterestDeclaration]:
    """Return every declaration of interest in a call, to whoever rules on them."""
    if not actor.may(Permission.INTEREST_RULE, call.scope):
        raise NotFound("there is no such call")
    return session.scalars(
        select(InterestDeclaration)
        .join(Application, Application.id == InterestDeclaration.application_id)
        .where(Application.call_id == call.id)
        .order_by(InterestDeclaration.id)
    ).all()


def interest_page(
    session: Session, application_id: int, assessor_id: int, actor: Actor
) -> InterestDeclaration:
    """Return one declaration to whoever rules on it. Raises ``NotFound``."""
    application = session.get(Application, application_id)
    for declared in interests_of(session, application.call, actor) if application else ():
        if (declared.application_id, declared.assessor_id) == (application_id, assessor_id):
            return declared
    raise NotFound("there is no such declaration")


def to_assess(session: Session, call: Call, actor: Actor, now: datetime) -> tuple[ToAssess, ...]:
    """Return what an assessor has to declare on or to score; nothing before the closing time."""
    if not actor.may(Permission.APPLICATION_SCORE, call.scope) or call.state is CallState.DRAFT:
        raise NotFound("there is no such call")
    if not call.is_closed(now):
        return ()
    lines = []
    for application in call.applications:
        if application.state in ASSESSED:
            declared = declaration_of(session, application.id, actor)
            own = judgements_on(session, application, assessor_id=actor.person_id)
            scored = len(own) == len(call.criteria)
            lines.append(ToAssess(application, declared, scored))
    return tuple(lines)


def line_to_assess(session: Session, application_id: int, actor: Actor, now: datetime) -> ToAssess:
    """Return one line of an assessor's list. Raises ``NotFound`` where it is on none."""
    application = session.get(Application, application_id)
    if application is None:
        raise NotFound("there is no such application")
    lines = to_assess(session, application.call, actor, now)
    for line in lines:
        if line.application.id == application_id:
            return line
    raise NotFound("there is no such application")


def ranking(session: Session, call: Call, actor: Actor, now: datetime) -> Ranking:
    """Return the ranking of a closed call to NRO and, once complete, to its assessors.

    An assessor kept away from any application of the call gets ``NotFound``: the neighbours of a
    rank would tell what may not be known.
    """
    if call.state is CallState.DRAFT or not call.is_closed(now):
        raise NotFound("there is no such ranking")
    found = Ranking(
        standings(session, call),
        {application.id: application for application in call.applications},
        open_interests(session, call),
    )
    if _conflicted(session, call, actor):
        raise NotFound("there is no such ranking")
    if reads_as_council(actor, call):
        return found
    if not actor.may(Permission.APPLICATION_SCORE, call.scope):
        raise NotFound("there is no such ranking")
    if not found.complete:
        raise NotReady("the ranking follows when every application has its scores")
    return found


def _conflicted(session: Session, call: Call, actor: Actor) -> bool:
    return (
        session.scalar(
            select(InterestDeclaration.id)
            .join(Application, Application.id == InterestDeclaration.application_id)
            .where(
                Application.call_id == call.id,
                InterestDeclaration.assessor_id == actor.person_id,
                InterestDeclaration.may_score.is_(False),
            )
            .limit(1)
        )
        is not None
    )
