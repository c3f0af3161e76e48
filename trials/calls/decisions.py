"""What every decision on an application shares: when it may be taken, and how it is recorded."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.letters import APPLICATION_DECIDED
from trials.calls.models import Application, Call, Decision
from trials.calls.ranking import Standing
from trials.calls.standings import open_interests, standings
from trials.calls.states import ApplicationState, CallState
from trials.errors import NotReady
from trials.mail import post
from trials.people.acts import canonical, content_hash
from trials.permissions import Actor


def standing_of(session: Session, application: Application) -> Standing:
    """Return where an application stands, once all is known that decides it.

    Raises ``NotReady`` while scores or rulings are wanting, or a minimum is not met.
    """
    if application.state is not ApplicationState.SUBMITTED:
        raise NotReady("this application is not under assessment any more")
    if open_interests(session, application.call):
        raise NotReady("a declaration of interest still waits for a ruling")
    ranked = standings(session, application.call)
    if not all(standing.complete for standing in ranked):
        raise NotReady("not every application has complete scores from two assessors")
    own = next(s for s in ranked if s.application_id == application.id)
    if own.below:
        raise NotReady("this application scores below a published minimum and cannot be awarded")
    return own


def in_figures(standing: Standing) -> dict[str, Any]:
    """Return a standing as both persons read it: decimals with two places."""
    return {
        "rank": standing.rank,
        "weighted_mean": f"{float(standing.weighted):.2f}",
        "means": [f"{float(mean):.2f}" for mean in standing.means],
        "assessors": standing.assessors,
    }


def about(application: Application) -> dict[str, Any]:
    """Return which application, in which version, is decided on."""
    version = application.current
    return {
        "application": application.id,
        "version": version.number,
        "title": version.title,
        "content_sha256": content_hash(canonical(version.content)),
    }


def decide(
    session: Session,
    application: Application,
    *,
    awarded: bool,
    reasons: str,
    approver: Actor,
    now: datetime,
) -> None:
    """Put a decision on record, in the caller's transaction, and tell the applicant."""
    target = ApplicationState.AWARDED if awarded else ApplicationState.REFUSED
    application.advance_to(target)
    session.add(
        Decision(application_id=application.id, awarded=awarded, reasons=reasons, decided_at=now)
    )
    post(session, APPLICATION_DECIDED, application.applicant, now, subject_id=application.id)
    name = f"application:{application.id}"
    event = "application_awarded" if awarded else "application_refused"
    record(session, event, name, by=approver.person_id, at=now)


def close_if_all_decided(session: Session, call: Call, approver: Actor, now: datetime) -> None:
    """Close a call whose last application was decided; there is nothing left to refuse."""
    if any(a.state is ApplicationState.SUBMITTED for a in call.applications):
        return
    call.advance_to(CallState.DECIDED)
    record(session, "call_decided", f"call:{call.id}", by=approver.person_id, at=now)


def must_be_decidable(call: Call, now: datetime) -> None:
    """Refuse a decision before the closing time or during the round of rebuttals."""
    if call.state is not CallState.PUBLISHED or not call.is_closed(now):
        raise NotReady("a call is decided after its closing time, and once")
    if call.rebuttal_until is not None and now < call.rebuttal_until:
        raise NotReady("applicants may still answer the assessors")
