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
from trials.calls.states import ApplicationState
from trials.errors import NotFound, NotReady
from trials.people.models import Person
from trials.permissions import Actor, Role


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


def own_applications(session: Session, actor: Actor) -> Sequence[Application]:
    """Return the reader's own applications, the newest first."""
    return session.scalars(
        select(Application)
        .where(Application.applicant_id == actor.person_id)
        .order_by(Application.id.desc())
    ).all()


def own_application(session: Session, application_id: int, actor: Actor) -> Application:
    """Return an application to its applicant. Raises ``NotFound`` for others."""
    application = session.get(Application, application_id)
    if application is None or application.applicant_id != actor.person_id:
        raise NotFound("there is no such application")
    return application


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
    declared = declaration_of(session, application.id, actor)
    if declared is not None and declared.may_score is False:
        raise NotFound("there is no such application")
    if reads_as_council(actor, application.call):
        judgements = judgements_on(session, application)
    elif declared is not None and declared.may_score:
        judgements = judgements_on(session, application, assessor_id=actor.person_id)
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


def council_call(session: Session, call_id: int, actor: Actor) -> Call:
    """Return a call to NRO, which follows its state. Raises ``NotFound`` for others."""
    call = session.get(Call, call_id)
    if call is None or not reads_as_council(actor, call):
        raise NotFound("there is no such call")
    return call


def reads_as_council(actor: Actor, call: Call) -> bool:
    return actor.holds(Role.NRO_OFFICER, call.scope) or actor.holds(Role.NRO_DIRECTOR, call.scope)


def declaration_of(
    session: Session, application_id: int, actor: Actor
) -> InterestDeclaration | None:
    return session.scalar(
        select(InterestDeclaration).where(
            InterestDeclaration.application_id == application_id,
            InterestDeclaration.assessor_id == actor.person_id,
        )
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
        for j in judgements_on(session, application)
    )


def judgements_on(
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
