"""Asking for estimates, and carrying them out one by one: a job, which can run twice."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import PupilsLiveAt, Trial
from trials.database import transaction
from trials.errors import BadInput, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.releases.models import Release
from trials.releases.queries import true_release
from trials.reports.deviations import labelled_analyses
from trials.reports.estimation import estimate_release
from trials.reports.handing import hand_over
from trials.reports.models import EstimateLabel, Estimation, Part, StoredEstimate
from trials.reports.queries import receipts_of
from trials.reports.refusals import kept
from trials.reports.services.keeping import keep, next_number

log = logging.getLogger(__name__)


def estimate_by_plan(session: Session, *, trial_id: int, actor: Actor, now: datetime) -> Estimation:
    """Ask for every estimate of the locked plan on the newest true release.

    Repeating it on the same bytes gives the request that is there, unless that gave no primary
    estimate. Raises ``NotReady`` before true arms are out and after publication.
    """
    with transaction(session):
        trial = trial_of_writer(session, trial_id, actor)
        release = release_to_estimate(session, trial)
        same = select(Estimation).where(
            Estimation.release_id == release.id,
            Estimation.data_sha256 == release.csv_sha256,
            Estimation.exploratory.is_(False),
        )
        found = session.scalar(same.order_by(Estimation.id.desc()).limit(1))
        if found is not None and (found.finished_at is None or _has_primary(found)):
            return found
        check_unpublished(trial)
        receipts = tuple(receipts_of(session, trial_id))
        plan, analyses = labelled_analyses(session, trial, receipts)
        estimation = Estimation(
            trial_id=trial_id,
            release_id=release.id,
            data_sha256=release.csv_sha256,
            exploratory=False,
            plan_id=plan.id,
            analyses=[analysis.to_dict(label) for analysis, label in analyses],
            refusals=[],
            asked_by=actor.person_id,
            asked_at=now,
        )
        ask(session, estimation, now)
    return estimation


def _has_primary(estimation: Estimation) -> bool:
    return any(estimate.part is Part.PRIMARY for estimate in estimation.estimates)


def ask(session: Session, estimation: Estimation, now: datetime) -> None:
    """Keep a request in the caller's transaction; after its commit a job takes it up."""
    subject = f"trial:{estimation.trial_id}"
    sha256 = estimation.data_sha256
    keep(session, estimation, "estimates_asked", subject, estimation.asked_by, now, sha256=sha256)
    hand_over(session, estimation.id)


def trial_of_writer(session: Session, trial_id: int, actor: Actor) -> Trial:
    """Lock the trial for who writes its report; raises ``NotFound`` for others."""
    trial = trial_for_update(session, trial_id)
    if not actor.may(Permission.REPORT_WRITE, trial.scope):
        raise NotFound("there is no such trial")
    return trial


def check_unpublished(trial: Trial) -> None:
    """Refuse to add to what the public reads as two persons approved it."""
    if trial.state is TrialState.PUBLISHED:
        raise NotReady("this result is published as two persons approved it; nothing is added")


def release_to_estimate(session: Session, trial: Trial) -> Release:
    """Return the newest true release; raises ``NotReady`` where there is none here."""
    if trial.pupils_live_at is PupilsLiveAt.EVALUATOR:
        raise NotReady(
            "the pupils of this trial are with the evaluator; estimate there, then send the result"
        )
    release = true_release(session, trial.id)
    if release is None:
        raise NotReady("the effect is estimated once the true arms are released")
    return release


def carry_out(session: Session, *, estimation_id: int, now: datetime) -> None:
    """Make every estimate that was asked and is not there yet, as the system itself."""
    for place in range(how_many(session, estimation_id)):
        make_one(session, estimation_id=estimation_id, place=place, now=now)
    finish(session, estimation_id=estimation_id, now=now)


def how_many(session: Session, estimation_id: int) -> int:
    return len(session.get_one(Estimation, estimation_id).analyses)


def make_one(session: Session, *, estimation_id: int, place: int, now: datetime) -> None:
    """Make one of the estimates asked, or keep why it cannot be made; once, however often run."""
    estimation = session.get_one(Estimation, estimation_id)
    if _answered(estimation, place):
        return
    release, sha256 = estimation.release, estimation.data_sha256
    content = release.csv if release.csv_sha256 == sha256 else None
    analysis = estimation.analyses[place]
    receipts = receipts_of(session, estimation.trial_id)
    session.rollback()  # no lock and no snapshot while it computes
    answer = _computed(content, analysis["specification"], receipts)
    with transaction(session):
        trial_for_update(session, estimation.trial_id)
        estimation = session.get_one(Estimation, estimation_id, populate_existing=True)
        if _answered(estimation, place):
            return
        if isinstance(answer, BadInput):
            estimation.refusals = [*estimation.refusals, kept(answer, place, analysis)]
        else:
            _store(session, estimation, place, answer, now)


def _answered(estimation: Estimation, place: int) -> bool:
    places = {refusal["place"] for refusal in estimation.refusals}
    return place in places | {estimate.place for estimate in estimation.estimates}


def _computed(
    content: bytes | None, specification: dict[str, Any], receipts: dict[int, bytes]
) -> dict[str, Any] | BadInput:
    if content is None:
        return BadInput("data were erased from this dataset after it was asked; ask again")
    try:
        return estimate_release(content, specification, receipts)
    except BadInput as refusal:
        return refusal
    except Exception as error:  # what fails once fails again: the page must say so, not wait
        name = type(error).__name__
        log.warning("an estimate failed: %s", name)
        return BadInput("this estimate failed on our side ({error}); tell us", error=name)


def _store(
    session: Session, estimation: Estimation, place: int, result: dict[str, Any], now: datetime
) -> None:
    analysis = estimation.analyses[place]
    estimate = StoredEstimate(
        trial_id=estimation.trial_id,
        number=next_number(session, StoredEstimate.number, estimation.trial_id),
        estimation=estimation,
        place=place,
        part=Part(analysis["part"]),
        release_id=estimation.release_id,
        data_sha256=estimation.data_sha256,
        label=EstimateLabel(analysis["label"]),
        plan_id=estimation.plan_id,
        specification=analysis["specification"],
        result=result,
        made_by=estimation.asked_by,
        made_at=now,
    )
    subject = f"trial:{estimation.trial_id}"
    sha256 = estimation.data_sha256
    keep(session, estimate, "estimated", subject, estimation.asked_by, now, sha256=sha256)


def finish(session: Session, *, estimation_id: int, now: datetime) -> None:
    """Note that a request is answered."""
    with transaction(session):
        estimation = session.get_one(Estimation, estimation_id, with_for_update=True)
        if estimation.finished_at is None:
            estimation.finished_at = now
            details = {"estimates": len(estimation.estimates)}
            subject = f"trial:{estimation.trial_id}"
            record(session, "estimates_answered", subject, by=None, at=now, details=details)
