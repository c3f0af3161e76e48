"""The report: written, read by the expert group and outsiders, made final."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.models import OrganisationKind, Person
from trials.permissions import Actor, Permission, Role, require
from trials.reports.models import Report, Review
from trials.reports.queries import check_on_newest_data, planned_estimate
from trials.reports.services.keeping import keep, next_number
from trials.reports.states import ReportState

OUTSIDE_REVIEWERS = 2


def write_report(
    session: Session,
    *,
    trial_id: int,
    conclusion: tuple[str, str],
    conditions: tuple[str, str],
    actor: Actor,
    now: datetime,
) -> Report:
    """Write the next draft of the report; both texts in Dutch and English.

    Raises ``BadInput`` where one is empty, ``NotReady`` outside the writing of the report and
    while the data are newer than the planned estimate.
    """
    if not all(text.strip() for text in (*conclusion, *conditions)):
        raise BadInput("conclusion and conditions are needed in Dutch and in English")
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.REPORT_WRITE, trial.scope)
        if trial.state is not TrialState.RELEASED:
            raise NotReady("the report is written between the true release and its final version")
        estimate = planned_estimate(session, trial_id)
        if estimate is not None:
            check_on_newest_data(session, estimate)
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
        keep(session, report, "report_written", f"trial:{trial_id}", actor.person_id, now)
    return report


def review_report(
    session: Session, *, report_id: int, sound: bool, remarks: str, actor: Actor, now: datetime
) -> Review:
    """Give one's reading of a draft: the expert group's, or an outside reviewer's.

    Who holds the role for this trial only reads as an outsider. Nobody of the evaluator, the
    provider or the council can (``NotAllowed``), nor the writer; a second reading is a
    ``Conflict``, one of anything but a draft ``NotReady``.
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
        outside = not actor.holds(Role.EXPERT_GROUP)
        if outside and _is_involved(session, actor, report.trial):
            raise NotAllowed(
                "a reader from outside works for neither evaluator, provider nor research council"
            )
        review = Review(
            report_id=report.id,
            reviewer_id=actor.person_id,
            outside=outside,
            sound=sound,
            remarks=remarks,
            reviewed_at=now,
        )
        keep(session, review, "report_reviewed", f"report:{report_id}", actor.person_id, now)
    return review


def _is_involved(session: Session, actor: Actor, trial: Trial) -> bool:
    """Say whether a reader works for a party of the trial, whatever the role says."""
    organisation = session.get_one(Person, actor.person_id).organisation
    if organisation is None:
        return False
    parties = {trial.evaluator_id, trial.intervention.provider_id}
    return organisation.kind is OrganisationKind.COUNCIL or organisation.id in parties


def finish_report(session: Session, *, report_id: int, actor: Actor, now: datetime) -> Report:
    """Make a draft final, once the expert group and two outside reviewers found it sound.

    Raises ``NotReady`` before that, and without the planned estimate on the newest data.
    """
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
        estimate = planned_estimate(session, trial.id)
        if estimate is None:
            raise NotReady("the planned estimate must be made before the report is final")
        check_on_newest_data(session, estimate)
        report.advance_to(ReportState.FINAL)
        report.final_at = trial.report_final_at = now
        trial.advance_to(TrialState.REPORTED)
        record(session, "report_final", f"report:{report_id}", by=actor.person_id, at=now)
    return report


def report_for_update(session: Session, report_id: int) -> Report:
    """Lock the trial, then the report, as every use case does; raises ``NotFound``."""
    trial_id = session.scalar(select(Report.trial_id).where(Report.id == report_id))
    if trial_id is None:
        raise NotFound("there is no such report")
    trial_for_update(session, trial_id)
    return session.get_one(Report, report_id, with_for_update=True, populate_existing=True)
