"""What the parties of a trial may read of its estimates and its report."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.errors import NotFound
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.reports.models import EstimateLabel, LodgedResult, Report, StoredEstimate
from trials.reports.states import ReportState
from trials.tasks import Task, TaskState

READERS = (Permission.REPORT_WRITE, Permission.REPORT_REVIEW)
MARGIN = 0.01  # of a standard error: how far the evaluator's own figures may part from ours


def trial_for_report(session: Session, trial_id: int, actor: Actor) -> Trial:
    """Return a trial whose report the actor writes or reviews, else raise ``NotFound``.

    The report tells the arms apart, so nobody reads it before the true release.
    """
    trial = session.get(Trial, trial_id)
    known = trial is not None and any(actor.may(p, trial.scope) for p in READERS)
    if trial is None or not known or trial.true_arms_at is None:
        raise NotFound("there is no such trial")
    return trial


def newest_report(session: Session, trial_id: int) -> Report | None:
    return session.scalar(
        select(Report).where(Report.trial_id == trial_id).order_by(Report.version.desc()).limit(1)
    )


def planned_estimate(session: Session, trial_id: int) -> StoredEstimate | None:
    """Return the estimate by the locked plan on the newest release it was made on."""
    return session.scalar(
        select(StoredEstimate)
        .where(StoredEstimate.trial_id == trial_id, StoredEstimate.label == EstimateLabel.PLANNED)
        .order_by(StoredEstimate.number.desc())
        .limit(1)
    )


def lodged_result(session: Session, trial_id: int) -> LodgedResult | None:
    return session.scalar(
        select(LodgedResult)
        .where(LodgedResult.trial_id == trial_id)
        .order_by(LodgedResult.id.desc())
        .limit(1)
    )


def agrees(lodged: LodgedResult, estimate: StoredEstimate) -> bool:
    """Say whether the evaluator's own result and ours part by no more than ``MARGIN``."""
    contrast = estimate.result["contrasts"][0]
    margin = MARGIN * contrast["std_error"]
    return (
        abs(lodged.estimate - contrast["estimate"]) <= margin
        and abs(lodged.std_error - contrast["std_error"]) <= margin
    )


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what a released trial asks of its evaluator and its readers."""
    tasks = []
    for trial in session.scalars(select(Trial).where(Trial.state == TrialState.RELEASED)):
        report = newest_report(session, trial.id)
        if actor.may(Permission.REPORT_WRITE, trial.scope):
            if planned_estimate(session, trial.id) is None:
                tasks.append(_task("estimate_make", trial))
            elif report is None:
                tasks.append(_task("report_write", trial))
        if actor.may(Permission.REPORT_REVIEW, trial.scope) and _waits_for(report, actor):
            tasks.append(_task("report_review", trial))
    return tasks


def _waits_for(report: Report | None, actor: Actor) -> bool:
    return (
        report is not None
        and report.state is ReportState.DRAFT
        and all(review.reviewer_id != actor.person_id for review in report.reviews)
    )


def _task(kind: str, trial: Trial) -> Task:
    return Task(kind, trial.id, TaskState.WAITING, trial.title_nl, trial.title_en, minutes=30)
