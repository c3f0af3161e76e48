"""Declaring interests, ruling on them, and scoring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.drafts import HIGHEST_SCORE, LOWEST_SCORE
from trials.calls.loading import application_for_update
from trials.calls.models import Application, InterestDeclaration, Score
from trials.calls.states import ApplicationState, CallState
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotFound, NotReady
from trials.fields import written
from trials.people.models import Person
from trials.permissions import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Mark:
    """One assessor's judgement on one criterion: 1 (weak) to 9 (excellent), and why."""

    value: int
    reason: str


def declare_interest(
    session: Session, *, application_id: int, relation: str, actor: Actor, now: datetime
) -> InterestDeclaration:
    """Say what ties the assessor to an application; an empty relation says nothing does.

    Without a tie the assessor may score at once, with one NRO rules first. Whoever belongs to the
    applicant's organisation, or is the applicant, is refused by rule.
    """
    with transaction(session):
        application = _being_assessed(session, application_id, actor, now)
        if _declaration(session, application.id, actor.person_id) is not None:
            raise Conflict("you declared your interests in this application already")
        declaration = InterestDeclaration(
            application_id=application.id,
            assessor_id=actor.person_id,
            relation=written(relation, field="relation", longest=1000) if relation.strip() else "",
            declared_at=now,
        )
        if _same_house(session, application, actor.person_id):
            _settle(declaration, False, "belongs to the applicant's organisation", None, now)
        elif not declaration.relation:
            _settle(declaration, True, "no relation declared", None, now)
        session.add(declaration)
        session.flush()
        record(session, "interest_declared", _name(application), by=actor.person_id, at=now)
    return declaration


def rule_on_interest(
    session: Session,
    *,
    application_id: int,
    assessor_id: int,
    may_score: bool,
    ruling: str,
    actor: Actor,
    now: datetime,
) -> InterestDeclaration:
    """Rule, with reasons, whether an assessor may see and score an application.

    A later ruling replaces an earlier one until the decision; scores of an assessor who is kept
    away do not count.
    """
    with transaction(session):
        application = application_for_update(session, application_id)
        require(actor, Permission.INTEREST_RULE, application.call.scope)
        declaration = _declaration(session, application.id, assessor_id)
        if declaration is None:
            raise NotFound("this assessor declared nothing about this application")
        if application.state is not ApplicationState.SUBMITTED:
            raise NotReady("this application is not under assessment any more")
        if actor.person_id == assessor_id:
            raise NotReady("nobody rules on an interest of their own")
        if _same_house(session, application, assessor_id) and may_score:
            raise NotReady("an assessor of the applicant's own organisation is kept away by rule")
        reasons = written(ruling, field="ruling", longest=1000)
        _settle(declaration, may_score, reasons, actor.person_id, now)
        record(
            session,
            "interest_ruled",
            _name(application),
            by=actor.person_id,
            at=now,
            details={"assessor": assessor_id, "may_score": int(may_score)},
        )
    return declaration


def score_application(
    session: Session,
    *,
    application_id: int,
    marks: Mapping[int, Mark],
    actor: Actor,
    now: datetime,
) -> list[Score]:
    """Score every criterion of an application; ``marks`` is by criterion id.

    Only marks that differ from the last version are kept, as a new version. Raises ``NotFound``
    for an assessor with a conflict of interest, ``NotReady`` before the declaration.
    """
    with transaction(session):
        application = _being_assessed(session, application_id, actor, now)
        declaration = _declaration(session, application.id, actor.person_id)
        if declaration is None:
            raise NotReady("declare first what ties you to this application, or that nothing does")
        if declaration.may_score is None:
            raise NotReady("your declaration waits for a ruling")
        if not declaration.may_score:
            raise NotFound("there is no such application")
        _check_marks(application, marks)
        scores = _new_versions(session, application, marks, actor, now)
        record(
            session,
            "application_scored",
            _name(application),
            by=actor.person_id,
            at=now,
            details={"scores": len(scores)},
        )
    return scores


def _name(application: Application) -> str:
    return f"application:{application.id}"


def _being_assessed(
    session: Session, application_id: int, actor: Actor, now: datetime
) -> Application:
    application = application_for_update(session, application_id)
    if not actor.may(Permission.APPLICATION_SCORE, application.call.scope):
        raise NotFound("there is no such application")
    if application.state is ApplicationState.DRAFT or not application.call.is_closed(now):
        raise NotFound("there is no such application")
    if (
        application.state is not ApplicationState.SUBMITTED
        or application.call.state is not CallState.PUBLISHED
    ):
        raise NotReady("this application is not under assessment any more")
    return application


def _declaration(
    session: Session, application_id: int, assessor_id: int
) -> InterestDeclaration | None:
    return session.scalar(
        select(InterestDeclaration).where(
            InterestDeclaration.application_id == application_id,
            InterestDeclaration.assessor_id == assessor_id,
        )
    )


def _same_house(session: Session, application: Application, person_id: int) -> bool:
    if application.applicant_id == person_id:
        return True
    own = session.get_one(Person, person_id).organisation_id
    return own is not None and own == application.organisation_id


def _settle(
    declaration: InterestDeclaration,
    may_score: bool,
    ruling: str,
    by: int | None,
    now: datetime,
) -> None:
    declaration.may_score, declaration.ruling = may_score, ruling
    declaration.ruled_by, declaration.ruled_at = by, now


def _check_marks(application: Application, marks: Mapping[int, Mark]) -> None:
    problems = []
    criteria = {criterion.id for criterion in application.call.criteria}
    if set(marks) != criteria:
        raise BadInput("score every criterion of this call, and no other")
    for criterion_id, mark in marks.items():
        if not LOWEST_SCORE <= mark.value <= HIGHEST_SCORE:
            problems.append(
                BadInput(
                    "enter a whole number from {least} to {most}",
                    field=f"value_{criterion_id}",
                    least=LOWEST_SCORE,
                    most=HIGHEST_SCORE,
                )
            )
        try:
            written(mark.reason, field=f"reason_{criterion_id}", longest=2000)
        except BadInput as refusal:
            problems.append(refusal)
    if problems:
        raise BadInput(
            "{count} fields need mending; nothing was stored", tuple(problems), count=len(problems)
        )


def _new_versions(
    session: Session,
    application: Application,
    marks: Mapping[int, Mark],
    actor: Actor,
    now: datetime,
) -> list[Score]:
    latest = {
        score.criterion_id: score
        for score in session.scalars(
            select(Score)
            .where(Score.application_id == application.id, Score.assessor_id == actor.person_id)
            .order_by(Score.version)
        )
    }
    scores = []
    for criterion_id, mark in marks.items():
        before = latest.get(criterion_id)
        reason = mark.reason.strip()
        if before is not None and (before.value, before.reason) == (mark.value, reason):
            continue
        scores.append(
            Score(
                application_id=application.id,
                assessor_id=actor.person_id,
                criterion_id=criterion_id,
                version=1 if before is None else before.version + 1,
                value=mark.value,
                reason=reason,
                scored_at=now,
            )
        )
    session.add_all(scores)
    session.flush()
    return scores
