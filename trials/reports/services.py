"""Estimates by the locked plan, the evaluator's own result, and the report with its reviews."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.agreements.models import DocumentKind
from trials.agreements.queries import locked_document, locked_plan, locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission, Role, require
from trials.releases.models import Release
from trials.reports.estimation import estimate_release, specification_of
from trials.reports.models import EstimateLabel, LodgedResult, Report, Review, StoredEstimate
from trials.reports.states import ReportState

OUTSIDE_REVIEWERS = 2


def estimate_by_plan(
    session: Session, *, trial_id: int, actor: Actor, now: datetime
) -> StoredEstimate:
    """Estimate the primary effect on the true release, exactly as the locked plan says.

    Raises ``NotReady`` before true arms are out. Repeating it on the same release gives the
    estimate that is there.
    """
    release, specification = planned_analysis(session, trial_id, actor)
    result = estimate_release(release.csv, specification)
    release_id, sha256 = release.id, release.csv_sha256
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.REPORT_WRITE, trial.scope)
        planned = locked_document(session, trial_id, DocumentKind.ANALYSIS_PLAN)
        same = select(StoredEstimate).where(
            StoredEstimate.release_id == release_id,
            StoredEstimate.label == EstimateLabel.PLANNED,
        )
        if found := session.scalar(same):
            return found
        estimate = StoredEstimate(
            trial_id=trial_id,
            number=next_number(session, StoredEstimate.number, trial_id),
            release_id=release_id,
            data_sha256=sha256,
            label=EstimateLabel.PLANNED,
            plan_id=planned.id if planned else None,
            specification=specification,
            result=result,
            made_by=actor.person_id,
            made_at=now,
        )
        keep(session, estimate, "estimated", f"trial:{trial_id}", actor, now, sha256=sha256)
    return estimate


def planned_analysis(
    session: Session, trial_id: int, actor: Actor
) -> tuple[Release, dict[str, Any]]:
    """Return the newest true release and the planned analysis of it."""
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(Permission.REPORT_WRITE, trial.scope):
        raise NotFound("there is no such trial")
    release = session.scalar(
        select(Release)
        .where(Release.trial_id == trial_id, Release.masked.is_(False))
        .order_by(Release.version.desc())
        .limit(1)
    )
    if release is None:
        raise NotReady("the effect is estimated once the true arms are released")
    plan = locked_plan(session, trial_id)
    return release, specification_of(plan, locked_protocol(session, trial_id))


def lodge_result(
    session: Session, *, trial_id: int, result: LodgedResult, actor: Actor, now: datetime
) -> LodgedResult:
    """Keep the evaluator's own estimate, beside which ours is the check."""
    if not result.std_error > 0 or result.n_pupils < 1:
        raise BadInput("a standard error is positive and at least one pupil was analysed")
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.REPORT_WRITE, trial.scope)
        if trial.true_arms_at is None:
            raise NotReady("a result can be lodged once the true arms are released")
        result.trial_id, result.lodged_by, result.lodged_at = trial_id, actor.person_id, now
        keep(session, result, "result_lodged", f"trial:{trial_id}", actor, now)
    return result


def write_report(
    session: Session,
    *,
    trial_id: int,
    conclusion: tuple[str, str],
    conditions: tuple[str, str],
    actor: Actor,
    now: datetime,
) -> Report:
    """Write the next draft of the report; both texts in Dutch and English."""
    if not all(text.strip() for text in (*conclusion, *conditions)):
        raise BadInput("conclusion and conditions are needed in Dutch and in English")
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.REPORT_WRITE, trial.scope)
        if trial.state is not TrialState.RELEASED:
            raise NotReady("the report is written between the true release and its final version")
        earlier = select(Report).where(
            Report.trial_id == trial_id, Report.state == ReportState.DRAFT
        )
        for report in session.scalars(earlier):
            report.advance_to(ReportState.SUPERSEDED)
        report = Report(
            trial_id=trial_id,
            version=next_number(session, Report.version, trial_id),
            state=ReportState.DRAFT,
            conclusion_nl=conclusion[0],
            conclusion_en=conclusion[1],
            conditions_nl=conditions[0],
            conditions_en=conditions[1],
            written_by=actor.person_id,
            written_at=now,
        )
        keep(session, report, "report_written", f"trial:{trial_id}", actor, now)
    return report


def review_report(
    session: Session, *, report_id: int, sound: bool, remarks: str, actor: Actor, now: datetime
) -> Review:
    """Give one's reading of a draft: the expert group's, or an outside reviewer's.

    Who holds the role for this trial only reads as an outsider.
    """
    with transaction(session):
        report = report_for_update(session, report_id)
        require(actor, Permission.REPORT_REVIEW, report.trial.scope)
        if report.state is not ReportState.DRAFT:
            raise NotReady(
                "only a draft can be reviewed; this version is {state}", state=report.state
            )
        if report.written_by == actor.person_id:
            raise NotAllowed("whoever wrote a report cannot be its reader too")
        if any(review.reviewer_id == actor.person_id for review in report.reviews):
            raise Conflict("you have reviewed this version already")
        review = Review(
            report_id=report.id,
            reviewer_id=actor.person_id,
            outside=not actor.holds(Role.EXPERT_GROUP),
            sound=sound,
            remarks=remarks,
            reviewed_at=now,
        )
        keep(session, review, "report_reviewed", f"report:{report_id}", actor, now)
    return review


def finish_report(session: Session, *, report_id: int, actor: Actor, now: datetime) -> Report:
    """Make a draft final, once the expert group and two outside reviewers found it sound."""
    with transaction(session):
        report = report_for_update(session, report_id)
        trial = report.trial
        require(actor, Permission.REPORT_WRITE, trial.scope)
        sound = [review for review in report.reviews if review.sound]
        outside = sum(review.outside for review in sound)
        if outside < OUTSIDE_REVIEWERS or outside == len(sound):
            raise NotReady(
                "the expert group and two outside reviewers must have found the report sound"
            )
        if not session.scalar(
            select(StoredEstimate.id)
            .where(
                StoredEstimate.trial_id == trial.id, StoredEstimate.label == EstimateLabel.PLANNED
            )
            .limit(1)
        ):
            raise NotReady("the planned estimate must be made before the report is final")
        report.advance_to(ReportState.FINAL)
        report.final_at = trial.report_final_at = now
        trial.advance_to(TrialState.REPORTED)
        record(session, "report_final", f"report:{report_id}", by=actor.person_id, at=now)
    return report


def keep(
    session: Session,
    row: Any,
    event: str,
    subject: str,
    actor: Actor,
    now: datetime,
    **details: str,
) -> None:
    session.add(row)
    session.flush()
    record(session, event, subject, by=actor.person_id, at=now, details=details)


def next_number(session: Session, column: Any, trial_id: int) -> int:
    newest = session.scalar(select(func.max(column)).where(column.class_.trial_id == trial_id))
    return int(newest or 0) + 1


def report_for_update(session: Session, report_id: int) -> Report:
    """Lock the trial, then the report, as every use case does; raises ``NotFound``."""
    trial_id = session.scalar(select(Report.trial_id).where(Report.id == report_id))
    if trial_id is None:
        raise NotFound("there is no such report")
    trial_for_update(session, trial_id)
    return session.get_one(Report, report_id, with_for_update=True, populate_existing=True)
