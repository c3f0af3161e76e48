"""What the parties of a trial may read of its estimates and its report."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.errors import NotFound, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.releases.queries import newest_file, true_release
from trials.reports.models import (
    EstimateLabel,
    Estimation,
    LodgedResult,
    Part,
    Report,
    StoredEstimate,
)
from trials.reports.states import ReportState
from trials.tasks import Task, TaskState

READERS = (Permission.REPORT_WRITE, Permission.REPORT_REVIEW)


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


def recalled_before(session: Session, report: Report) -> Report | None:
    """Return the last version before ``report`` that went back to its writer."""
    return session.scalar(
        select(Report)
        .where(
            Report.trial_id == report.trial_id,
            Report.version < report.version,
            Report.state == ReportState.RECALLED,
        )
        .order_by(Report.version.desc())
        .limit(1)
    )


def planned_estimate(session: Session, trial_id: int) -> StoredEstimate | None:
    """Return the estimate of the primary outcome on the newest data it was made on.

    It follows the locked plan, or an approved change of it; its label says which.
    """
    return session.scalar(
        select(StoredEstimate)
        .where(
            StoredEstimate.trial_id == trial_id,
            StoredEstimate.part == Part.PRIMARY,
            StoredEstimate.label != EstimateLabel.EXPLORATORY,
        )
        .order_by(StoredEstimate.number.desc())
        .limit(1)
    )


def receipts_of(session: Session, trial_id: int) -> dict[int, bytes]:
    """Return the receipts of a trial's draws by their numbers."""
    draws = session.scalars(
        select(Draw)
        .where(Draw.trial_id == trial_id, Draw.state == DrawState.DRAWN)
        .order_by(Draw.number)
    )
    return {draw.number: draw.receipt for draw in draws if draw.receipt is not None}


def rests_on_replaced_data(session: Session, estimate: StoredEstimate) -> bool:
    """Say whether a newer release, or a newer file, holds other data than the estimate's.

    A release from which data were erased is no newer one.
    """
    if estimate.release_id is None:
        file = newest_file(session, estimate.trial_id)
        return file is not None and file.sha256 != estimate.data_sha256
    release = true_release(session, estimate.trial_id)
    if release is None or release.id == estimate.release_id:
        return False
    return release.csv_sha256 != estimate.data_sha256


def check_on_newest_data(session: Session, estimate: StoredEstimate) -> None:
    """Refuse an estimate on data that a newer release, or a newer file, has replaced."""
    if rests_on_replaced_data(session, estimate):
        raise NotReady("there are newer data than the planned estimate rests on; estimate again")


def newest_estimation(session: Session, trial_id: int) -> Estimation | None:
    """Return what was asked last by the plan, whether it is answered or not."""
    return session.scalar(
        select(Estimation)
        .where(Estimation.trial_id == trial_id, Estimation.exploratory.is_(False))
        .order_by(Estimation.id.desc())
        .limit(1)
    )


def estimation_for(session: Session, estimation_id: int, actor: Actor) -> Estimation:
    """Return a request for estimates to the readers of the report, else raise ``NotFound``."""
    estimation = session.get(Estimation, estimation_id)
    if estimation is None:
        raise NotFound("there is no such trial")
    trial_for_report(session, estimation.trial_id, actor)
    return estimation


def lodged_results(session: Session, trial_id: int) -> list[LodgedResult]:
    """Return the evaluator's own results: of each arm the one lodged last."""
    rows = session.scalars(
        select(LodgedResult).where(LodgedResult.trial_id == trial_id).order_by(LodgedResult.id)
    )
    return list({row.arm: row for row in rows}.values())


def estimates_of(session: Session, primary: StoredEstimate) -> list[StoredEstimate]:
    """Return a primary estimate with what was made of the same data at the same time."""
    if primary.estimation is None:
        return _sent_with(session, primary)
    return list(primary.estimation.estimates)


def _sent_with(session: Session, primary: StoredEstimate) -> list[StoredEstimate]:
    """Return what the evaluator sent on the same file: the newest of each analysis."""
    rows = session.scalars(
        select(StoredEstimate)
        .where(
            StoredEstimate.trial_id == primary.trial_id,
            StoredEstimate.data_sha256 == primary.data_sha256,
            StoredEstimate.estimation_id.is_(None),
        )
        .order_by(StoredEstimate.number)
    )
    newest = {(row.part, str(row.specification)): row for row in rows}
    return [primary, *(row for row in newest.values() if row.part is not Part.PRIMARY)]


def exploratory_estimates(session: Session, trial_id: int) -> list[StoredEstimate]:
    """Return what was estimated beyond the plan, newest first."""
    return list(
        session.scalars(
            select(StoredEstimate)
            .where(
                StoredEstimate.trial_id == trial_id,
                StoredEstimate.label == EstimateLabel.EXPLORATORY,
            )
            .order_by(StoredEstimate.number.desc())
        )
    )


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what a released trial asks of its evaluator and its readers."""
    tasks = []
    for trial in session.scalars(select(Trial).where(Trial.state == TrialState.RELEASED)):
        report = newest_report(session, trial.id)
        if actor.may(Permission.REPORT_WRITE, trial.scope):
            estimate = planned_estimate(session, trial.id)
            if estimate is None:
                tasks.append(_task("estimate_make", trial, _asked(session, trial.id)))
            elif rests_on_replaced_data(session, estimate):
                tasks.append(_task("estimate_again", trial, _asked(session, trial.id)))
            elif report is None:
                tasks.append(_task("report_write", trial))
            elif report.state is ReportState.RECALLED:
                tasks.append(_task("report_rewrite", trial))
        if actor.may(Permission.REPORT_REVIEW, trial.scope) and _waits_for(report, actor):
            tasks.append(_task("report_review", trial))
    return tasks


def _waits_for(report: Report | None, actor: Actor) -> bool:
    return (
        report is not None
        and report.state is ReportState.DRAFT
        and all(review.reviewer_id != actor.person_id for review in report.reviews)
    )


def _asked(session: Session, trial_id: int) -> TaskState:
    estimation = newest_estimation(session, trial_id)
    running = estimation is not None and estimation.finished_at is None
    return TaskState.RUNNING if running else TaskState.WAITING


def _task(kind: str, trial: Trial, state: TaskState = TaskState.WAITING) -> Task:
    return Task(kind, trial.id, state, trial.title_nl, trial.title_en, minutes=30)
