"""The standings of a call from its stored scores; used by queries and by decisions alike."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Application, Call, InterestDeclaration, Score
from trials.calls.ranking import Marks, Standing, rank
from trials.calls.states import ApplicationState

ASSESSED = (ApplicationState.SUBMITTED, ApplicationState.AWARDED, ApplicationState.REFUSED)


def standings(session: Session, call: Call) -> tuple[Standing, ...]:
    """Return the standings of all applications sent and not withdrawn, best first.

    Only the newest version of a score counts, only from assessors who may score, and only their
    complete sets. It asks for no permission.
    """
    applications = [a for a in call.applications if a.state in ASSESSED]
    marks = _marks(session, call)
    return rank(
        {application.id: marks.get(application.id, {}) for application in applications},
        weights=[criterion.weight for criterion in call.criteria],
        minimums=[criterion.minimum for criterion in call.criteria],
        tie_rule=call.tie_rule,
    )


def open_interests(session: Session, call: Call) -> int:
    """Count the declarations of this call that wait for a ruling."""
    return len(
        session.scalars(
            select(InterestDeclaration.id)
            .join(Application, Application.id == InterestDeclaration.application_id)
            .where(
                Application.call_id == call.id,
                Application.state == ApplicationState.SUBMITTED,
                InterestDeclaration.may_score.is_(None),
            )
        ).all()
    )


def _marks(session: Session, call: Call) -> dict[int, Marks]:
    scores = session.scalars(
        select(Score)
        .join(Application, Application.id == Score.application_id)
        .join(
            InterestDeclaration,
            (InterestDeclaration.application_id == Score.application_id)
            & (InterestDeclaration.assessor_id == Score.assessor_id),
        )
        .where(Application.call_id == call.id, InterestDeclaration.may_score.is_(True))
        .order_by(Score.version)
    )
    newest: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for score in scores:
        newest[score.application_id, score.assessor_id][score.criterion_id] = score.value
    order = [criterion.id for criterion in call.criteria]
    marks: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for (application_id, assessor_id), by_criterion in newest.items():
        if set(by_criterion) == set(order):
            marks[application_id][assessor_id] = [by_criterion[number] for number in order]
    return dict(marks)
