"""What new data do to a report: it goes back to its writer, who hears why."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.models import Trial
from trials.lifecycle import TrialState
from trials.mail import post
from trials.people.actors import holders
from trials.people.models import Person
from trials.permissions import Permission
from trials.releases.following import follows_data
from trials.reports.letters import REPORT_RECALLED
from trials.reports.models import Report
from trials.reports.queries import newest_report, planned_estimate, rests_on_replaced_data
from trials.reports.states import ReportState

STANDING = (ReportState.DRAFT, ReportState.FINAL)


@follows_data
def recall_report(session: Session, trial: Trial, reason: str, by: int, now: datetime) -> None:
    """Recall the draft or final report whose estimate rests on data that were replaced.

    Readers judged figures that hold no longer, so the next version is read from the start, and the
    clock of publication starts again. The same data once more change nothing.
    """
    report, estimate = newest_report(session, trial.id), planned_estimate(session, trial.id)
    if report is None or estimate is None or report.state not in STANDING:
        return
    if not rests_on_replaced_data(session, estimate):
        return
    was = report.state
    report.advance_to(ReportState.RECALLED)
    report.recalled_at, report.recalled_because = now, reason.strip()
    if trial.state is TrialState.REPORTED:
        trial.advance_to(TrialState.RELEASED)
        trial.report_final_at = None
    details = {"trial": trial.id, "was": was.value}
    record(session, "report_recalled", f"report:{report.id}", by=by, at=now, details=details)
    _tell(session, trial, report, now)


def _tell(session: Session, trial: Trial, report: Report, now: datetime) -> None:
    """Write to who writes the report, and to the council that waited to publish a final one."""
    told = [Permission.REPORT_WRITE]
    if report.final_at is not None:
        told += [Permission.PUBLISH_APPROVE, Permission.TRUE_ARMS_APPROVE]
    people = {
        actor.person_id
        for permission in told
        for actor in holders(session, permission, (trial.scope,), now)
    }
    for person_id in sorted(people):
        person = session.get_one(Person, person_id)
        post(session, REPORT_RECALLED, person, now, subject_id=report.id)
