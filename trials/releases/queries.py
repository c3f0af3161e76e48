"""What a reader may know of releases."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.errors import NotFound
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.releases.models import AnalysisCode, EvaluatorFile, Release, ReleaseErasure
from trials.tasks import Task, TaskState


def releases_of(session: Session, trial_id: int, actor: Actor) -> list[Release]:
    """Return the releases of a trial, newest first; raises ``NotFound`` to who may not know."""
    trial_for_releases(session, trial_id, actor)
    found = select(Release).where(Release.trial_id == trial_id).order_by(Release.version.desc())
    return list(session.scalars(found))


def release_for(session: Session, release_id: int, actor: Actor) -> Release:
    """Return one release; raises ``NotFound`` to who may not download it."""
    release = session.get(Release, release_id)
    if release is None or not actor.may(Permission.RELEASE_DOWNLOAD, release.trial.scope):
        raise NotFound("there is no such release")
    return release


def trial_for_releases(session: Session, trial_id: int, actor: Actor) -> Trial:
    """Return a trial whose releases the actor makes or downloads, else raise ``NotFound``."""
    trial = session.get(Trial, trial_id)
    wanted = (Permission.RELEASE_DOWNLOAD, Permission.RELEASE_MAKE, Permission.TRUE_ARMS_APPROVE)
    if trial is None or not any(actor.may(permission, trial.scope) for permission in wanted):
        raise NotFound("there is no such trial")
    return trial


def code_of(session: Session, trial_id: int) -> AnalysisCode | None:
    """Return the analysis code lodged last."""
    return session.scalar(
        select(AnalysisCode)
        .where(AnalysisCode.trial_id == trial_id)
        .order_by(AnalysisCode.id.desc())
        .limit(1)
    )


def true_release(session: Session, trial_id: int) -> Release | None:
    """Return the newest release with true arms."""
    return session.scalar(
        select(Release)
        .where(Release.trial_id == trial_id, Release.masked.is_(False))
        .order_by(Release.version.desc())
        .limit(1)
    )


def newest_file(session: Session, trial_id: int) -> EvaluatorFile | None:
    """Return the file registered last where pupils live with the evaluator."""
    return session.scalar(
        select(EvaluatorFile)
        .where(EvaluatorFile.trial_id == trial_id)
        .order_by(EvaluatorFile.version.desc())
        .limit(1)
    )


def erasures_of(session: Session, trial_id: int) -> dict[int, list[ReleaseErasure]]:
    """Return what was erased from each release of a trial, oldest first."""
    found: dict[int, list[ReleaseErasure]] = {}
    rows = select(ReleaseErasure).join(Release).where(Release.trial_id == trial_id)
    for erasure in session.scalars(rows.order_by(ReleaseErasure.id)):
        found.setdefault(erasure.release_id, []).append(erasure)
    return found


def erased_since(session: Session, release_id: int | None, sha256: str) -> int:
    """Return how many pupils were erased, in whole or in part, after a release had this hash."""
    found = session.scalars(
        select(ReleaseErasure)
        .where(ReleaseErasure.release_id == release_id)
        .order_by(ReleaseErasure.id)
    ).all()
    places = [k for k, erasure in enumerate(found) if erasure.old_sha256 == sha256]
    return sum(erasure.pupils for erasure in found[places[0] :]) if places else 0


def first_receipt(session: Session, trial_id: int) -> bytes:
    """Return the receipt of a trial's first draw, whose seed names and masks everything."""
    receipt = session.scalar(
        select(Draw.receipt)
        .where(Draw.trial_id == trial_id, Draw.state == DrawState.DRAWN)
        .order_by(Draw.number)
        .limit(1)
    )
    if receipt is None:
        raise NotFound("this trial has not been drawn")
    return receipt


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return what a measured trial asks of its manager and its analyst."""
    tasks = []
    for trial in session.scalars(select(Trial).where(Trial.state == TrialState.MEASURED)):
        code = code_of(session, trial.id)
        released = session.scalar(select(Release.id).where(Release.trial_id == trial.id).limit(1))
        if actor.may(Permission.RELEASE_MAKE, trial.scope):
            kind = "release_make" if not released else "true_arms_propose" if code else None
            tasks += [_task(kind, trial)] if kind else []
        if actor.may(Permission.CODE_LODGE, trial.scope) and released and code is None:
            tasks.append(_task("code_lodge", trial))
    return tasks


def _task(kind: str, trial: Trial) -> Task:
    return Task(kind, trial.id, TaskState.WAITING, trial.title_nl, trial.title_en)
