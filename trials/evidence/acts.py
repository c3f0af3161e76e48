"""Publication, which takes two persons: council and evaluator, whatever the result."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import Trial
from trials.calls.titles import trial_titles
from trials.errors import NotFound, NotReady
from trials.evidence.archive import archive_of
from trials.evidence.flow import flow_of
from trials.evidence.models import Publication
from trials.evidence.rating import ratings_of
from trials.lifecycle import TrialState
from trials.people.acts import Act, canonical, content_hash, register_act
from trials.permissions import Actor, Permission, Scope, trial_scope
from trials.reports.models import Report
from trials.reports.queries import (
    check_on_newest_data,
    estimates_of,
    exploratory_estimates,
    lodged_results,
    planned_estimate,
)
from trials.reports.states import ReportState

PUBLICATION_TERM = timedelta(weeks=5)


def shown(session: Session, trial_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """Return what proposer and approver see: all that will be published, and the due date."""
    trial = session.get(Trial, trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    report, estimate = final_report(session, trial_id), planned_estimate(session, trial_id)
    if trial.state is not TrialState.REPORTED or report is None or estimate is None:
        raise NotReady("a result is published once, after its report is final")
    check_on_newest_data(session, estimate)
    protocol, flow = locked_protocol(session, trial_id), flow_of(session, trial_id)
    ratings = ratings_of(session, estimate, protocol, flow, _due(report))
    by_plan, beyond = estimates_of(session, estimate), exploratory_estimates(session, trial_id)
    every = [one.result for one in (*by_plan, *beyond)]
    return {
        "trial": trial.slug,
        "report_version": report.version,
        "conclusion_nl": report.conclusion_nl,
        "conclusion_en": report.conclusion_en,
        "conditions_nl": report.conditions_nl,
        "conditions_en": report.conditions_en,
        "effects": [_effect(contrast) for contrast in estimate.result["contrasts"]],
        "lodged": [
            {"arm": own.arm, "estimate": own.estimate, "std_error": own.std_error}
            for own in lodged_results(session, trial_id)
        ],
        "ratings": [
            {"kind": r.kind, "arm": r.arm, "value": r.value, "table": r.table_version}
            for r in ratings
        ],
        "pupils_drawn": flow.pupils_drawn,
        "estimates_sha256": content_hash(canonical({"estimates": every})),
        "data_sha256": estimate.data_sha256,
        "due_at": _due(report).isoformat(),
    }


def _effect(contrast: dict[str, Any]) -> dict[str, Any]:
    size = contrast["effect_sizes"][0]
    return {
        "arm": contrast["arm"],
        "effect_size": size["value"],
        "low": size["low"],
        "high": size["high"],
    }


def carry_out(
    session: Session,
    trial_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> None:
    """Publish, rate and archive, in the approver's transaction."""
    trial = trial_for_update(session, trial_id)
    report, estimate = final_report(session, trial_id), planned_estimate(session, trial_id)
    if report is None or estimate is None:
        raise NotReady("a result is published once, after its report is final")
    trial.advance_to(TrialState.PUBLISHED)
    trial.published_at = now
    protocol, flow = locked_protocol(session, trial_id), flow_of(session, trial_id)
    session.add_all(ratings_of(session, estimate, protocol, flow, now))
    session.add(
        Publication(
            trial_id=trial_id,
            report_id=report.id,
            estimate_id=estimate.id,
            flow=flow.to_dict(),
            due_at=_due(report),
            published_at=now,
        )
    )
    package = archive_of(session, trial, report, estimate, now)
    session.add(package)
    record(
        session,
        "published",
        f"trial:{trial_id}",
        by=approver.person_id,
        at=now,
        details={"report": report.id, "estimate": estimate.id, "archive": package.sha256},
    )


def final_report(session: Session, trial_id: int) -> Report | None:
    return session.scalar(
        select(Report).where(Report.trial_id == trial_id, Report.state == ReportState.FINAL)
    )


def _due(report: Report) -> datetime:
    if report.final_at is None:
        raise NotReady("a result is published once, after its report is final")
    return report.final_at + PUBLICATION_TERM


def scopes(session: Session, trial_id: int) -> tuple[Scope, ...]:
    return (trial_scope(trial_id),)


PUBLISH = "publish"

register_act(
    Act(
        name=PUBLISH,
        propose=Permission.PUBLISH_PROPOSE,
        approve=Permission.PUBLISH_APPROVE,
        scopes=scopes,
        shown=shown,
        lock=trial_for_update,
        carry_out=carry_out,
        titles=trial_titles,
    )
)
