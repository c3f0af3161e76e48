"""What the public and the parties may read of results."""

from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.effects.months import months_of_progress
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_plan, locked_protocol
from trials.calls.models import Trial
from trials.draws.models import Draw
from trials.draws.states import DrawState
from trials.errors import NotFound
from trials.evidence.acts import PUBLICATION_TERM
from trials.evidence.models import ArchivePackage, Publication, Rating
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission
from trials.reports.deviations import Deviations, deviations
from trials.reports.models import Report, StoredEstimate
from trials.reports.naming import Title, column_titles
from trials.reports.overview import Estimates, Shown, by_number, estimates_shown, shown
from trials.reports.queries import exploratory_estimates
from trials.tasks import Task, TaskState


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a result page shows, each part with where it came from."""

    trial: Trial
    protocol: Protocol
    report: Report
    estimate: StoredEstimate
    estimates: Estimates  # the published one and what belongs to it, small groups withheld
    exploratory: tuple[Shown, ...]
    refusals: list[dict[str, Any]]  # planned, but the data did not bear it
    deviations: Deviations
    titles: dict[str, Title]  # of columns
    flow: dict[str, Any]
    ratings: dict[str, Rating]  # months of the first arm, padlocks and, where recorded, cost
    fingerprints: tuple[str, ...]  # of the trial's draws
    void_draws: int
    published_at: datetime

    @property
    def contrasts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.estimates.primary.result["contrasts"]
        return found

    def by_number(self, number: int) -> Shown:
        """Return one of the published estimates; raises ``NotFound``."""
        return by_number(self.estimates, self.exploratory, number)


def published_result(session: Session, slug: str) -> Result:
    """Return a published result, for anyone. Raises ``NotFound`` before publication."""
    trial = session.scalar(select(Trial).where(Trial.slug == slug))
    if trial is None or trial.state is not TrialState.PUBLISHED:
        raise NotFound("there is no published result under this name")
    publication = session.scalars(select(Publication).where(Publication.trial_id == trial.id)).one()
    draws = session.scalars(select(Draw).where(Draw.trial_id == trial.id)).all()
    ratings = session.scalars(
        select(Rating).where(Rating.trial_id == trial.id).order_by(Rating.id.desc())
    )
    estimate = session.get_one(StoredEstimate, publication.estimate_id)
    protocol, plan = locked_protocol(session, trial.id), locked_plan(session, trial.id)
    until = publication.published_at  # what a job finished later nobody approved
    beyond = [one for one in exploratory_estimates(session, trial.id) if one.made_at <= until]
    return Result(
        trial=trial,
        protocol=protocol,
        report=session.get_one(Report, publication.report_id),
        estimate=estimate,
        estimates=estimates_shown(session, estimate, plan, whole=False),
        exploratory=tuple(shown(one, plan, whole=False) for one in beyond),
        refusals=estimate.estimation.refusals if estimate.estimation else [],
        deviations=deviations(session, trial),
        titles=column_titles(protocol, plan),
        flow=publication.flow,
        ratings={rating.kind: rating for rating in ratings},
        fingerprints=tuple(
            draw.fingerprint for draw in draws if draw.state is DrawState.DRAWN and draw.fingerprint
        ),
        void_draws=sum(draw.state is DrawState.VOID for draw in draws),
        published_at=publication.published_at,
    )


def published_trials(session: Session) -> list[Trial]:
    """Return the trials with a published result, newest first."""
    found = select(Trial).where(Trial.state == TrialState.PUBLISHED)
    return list(session.scalars(found.order_by(Trial.published_at.desc())))


def stopped_trials(session: Session) -> list[Trial]:
    """Return the trials that were stopped: they stay visible, with their reason."""
    found = select(Trial).where(Trial.state == TrialState.STOPPED)
    return list(session.scalars(found.order_by(Trial.stopped_at.desc())))


def archive_package(session: Session, trial_id: int, actor: Actor) -> ArchivePackage:
    """Return a trial's archive package to who may make or download its releases."""
    trial = session.get(Trial, trial_id)
    may = trial is not None and (
        actor.may(Permission.RELEASE_DOWNLOAD, trial.scope)
        or actor.may(Permission.RELEASE_MAKE, trial.scope)
    )
    package = session.scalar(
        select(ArchivePackage)
        .where(ArchivePackage.trial_id == trial_id)
        .order_by(ArchivePackage.id.desc())
        .limit(1)
    )
    if not may or package is None:
        raise NotFound("there is no archive package of this trial")
    return package


def months_range(contrast: dict[str, Any]) -> tuple[int, int, int]:
    """Return months of progress at the low end, the estimate and the high end of an effect."""
    effect = contrast["effect_sizes"][0]
    low, value, high = (months_of_progress(effect[name]).value for name in ("low", "value", "high"))
    return low, value, high


def above_the_middle(effect_size: float) -> int:
    """Return how many of 100 treated pupils score above the middle of the control pupils.

    Cohen's U3 for normal scores with equal spread: the normal distribution at the effect size.
    """
    return round(100 * NormalDist().cdf(effect_size))


def trial_to_publish(session: Session, trial_id: int, actor: Actor) -> Trial:
    """Return a trial the actor may propose to publish, else raise ``NotFound``."""
    trial = session.get(Trial, trial_id)
    if trial is None or not actor.may(Permission.PUBLISH_PROPOSE, trial.scope):
        raise NotFound("there is no such trial")
    return trial


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Return the results that wait to be published, each with the day it is due."""
    reported = select(Trial).where(Trial.state == TrialState.REPORTED)
    return [
        Task(
            "publish_propose",
            trial.id,
            TaskState.WAITING,
            trial.title_nl,
            trial.title_en,
            due=trial.report_final_at + PUBLICATION_TERM,
        )
        for trial in session.scalars(reported)
        if trial.report_final_at and actor.may(Permission.PUBLISH_PROPOSE, trial.scope)
    ]
