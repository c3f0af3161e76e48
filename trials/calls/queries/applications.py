"""Reading applications: sealed until closing, and closed to whoever has a conflict of interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import (
    Application,
    Call,
    Criterion,
    Decision,
    InterestDeclaration,
    Rebuttal,
    Score,
)
from trials.calls.ranking import Standing
from trials.calls.standings import ASSESSED, open_interests, standings
from trials.calls.states import ApplicationState, CallState
from trials.errors import NotFound, NotReady
from trials.people.models import Person
from trials.permissions import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class Judgement:
    """One assessor's newest score on one criterion; who gave it is for NRO alone."""

    criterion: Criterion
    value: int | None  # None for the applicant before the decision
    reason: str
    assessor: Person | None
    version: int


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """An application as one reader may see it."""

    application: Application
    own: bool  # the reader is the applicant
    judgements: tuple[Judgement, ...]
    rebuttal: Rebuttal | None
    decision: Decision | None


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


def own_applications(session: Session, actor: Actor) -> Sequence[Application]:
    """Return the reader's own applications, the newest first."""
    return session.scalars(
        select(Application)
        .where(Application.applicant_id == actor.person_id)
        .order_by(Application.id.desc())
    ).all()


def application_page(
    session: Session, application_id: int, actor: Actor, now: datetime
) -> ApplicationPage:
    """Return an application to its applicant, and after closing to NRO and admitted assessors.

    Raises ``NotFound`` for everyone else: an assessor with a conflict of interest, one who has
    not declared, and anyone before the closing time.
    """
    application = session.get(Application, application_id)
    if application is None:
        raise NotFound("there is no such application")
    if application.applicant_id == actor.person_id:
        return _page(session, application, _for_applicant(session, application), own=True)
    if application.state is ApplicationState.DRAFT or not application.call.is_closed(now):
        raise NotFound("there is no such application")
    declared = _declaration(session, application.id, actor)
    if declared is not None and declared.may_score is False:
        raise NotFound("there is no such application")
    if reads_as_council(actor, application.call):
        judgements = _judgements(session, application)
    elif declared is not None and declared.may_score:
        judgements = _judgements(session, application, assessor_id=actor.person_id)
    else:
        raise NotFound("there is no such application")
    return _page(session, application, judgements, own=False)


def applications_of(
    session: Session, call: Call, actor: Actor, now: datetime
) -> tuple[Application, ...]:
    """Return the applications of a closed call to NRO. Raises ``NotReady`` while it is open."""
    if not reads_as_council(actor, call):
        raise NotFound("there is no such call")
    if not call.is_closed(now):
        raise NotReady("applications are opened after the closing time, all at once")
    return tuple(a for a in call.applications if a.state is not ApplicationState.DRAFT)


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


def to_assess(session: Session, call: Call, actor: Actor, now: datetime) -> tuple[ToAssess, ...]:
    """Return what an assessor has to declare on or to score; nothing before the closing time."""
    if not actor.may(Permission.APPLICATION_SCORE, call.scope) or call.state is CallState.DRAFT:
        raise NotFound("there is no such call")
    if not call.is_closed(now):
        return ()
    lines = []
    for application in call.applications:
        if application.state in ASSESSED:
            declared = _declaration(session, application.id, actor)
            own = _judgements(session, application, assessor_id=actor.person_id)
            scored = len(own) == len(call.criteria)
            lines.append(ToAssess(application, declared, scored))
    return tuple(lines)


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


def reads_as_council(actor: Actor, call: Call) -> bool:
    return actor.holds(Role.NRO_OFFICER, call.scope) or actor.holds(Role.NRO_DIRECTOR, call.scope)


def _declaration(session: Session, application_id: int, actor: Actor) -> InterestDeclaration | None:
    return session.scalar(
        select(InterestDeclaration).where(
            InterestDeclaration.application_id == application_id,
            InterestDeclaration.assessor_id == actor.person_id,
        )
    )


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


def _page(
    session: Session, application: Application, judgements: tuple[Judgement, ...], *, own: bool
) -> ApplicationPage:
    return ApplicationPage(
        application=application,
        own=own,
        judgements=judgements,
        rebuttal=session.scalar(select(Rebuttal).where(Rebuttal.application_id == application.id)),
        decision=session.scalar(select(Decision).where(Decision.application_id == application.id)),
    )


def _for_applicant(session: Session, application: Application) -> tuple[Judgement, ...]:
    """Reasons without names from the rebuttal round on; scores come with the decision."""
    decided = application.state in (ApplicationState.AWARDED, ApplicationState.REFUSED)
    if application.call.rebuttal_until is None and not decided:
        return ()
    return tuple(
        Judgement(j.criterion, j.value if decided else None, j.reason, None, j.version)
        for j in _judgements(session, application)
    )


def _judgements(
    session: Session, application: Application, *, assessor_id: int | None = None
) -> tuple[Judgement, ...]:
    """The newest scores of those who may score, by criterion."""
    query = (
        select(Score, Criterion, Person)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Person, Person.id == Score.assessor_id)
        .join(
            InterestDeclaration,
            (InterestDeclaration.application_id == Score.application_id)
            & (InterestDeclaration.assessor_id == Score.assessor_id),
        )
        .where(Score.application_id == application.id, InterestDeclaration.may_score.is_(True))
        .order_by(Criterion.position, Score.assessor_id, Score.version)
    )
    if assessor_id is not None:
        query = query.where(Score.assessor_id == assessor_id)
    newest: dict[tuple[int, int], Judgement] = {}
    for score, criterion, assessor in session.execute(query):
        newest[criterion.id, assessor.id] = Judgement(
            criterion, score.value, score.reason, assessor, score.version
        )
    return tuple(newest.values())
