"""Steps 14 to 16: masked and true release, the estimate, the report, the publication."""

import hashlib

from sqlalchemy import select

from trials.evidence.acts import PUBLISH
from trials.evidence.models import Publication, Rating
from trials.people.services.demonstration import cast_person
from trials.permissions import Role
from trials.releases.acts import TRUE_ARMS
from trials.releases.models import AnalysisCode, Release
from trials.releases.services import lodge_code, release_masked
from trials.reports.models import LodgedResult, Report, Review, StoredEstimate
from trials.reports.queries import lodged_results, planned_estimate
from trials.reports.services import (
    carry_out,
    estimate_by_plan,
    finish_report,
    lodge_result,
    review_report,
    write_report,
)
from trials.reports.states import ReportState
from web.demonstration.cast import PARTS, address
from web.demonstration.stage import Stage, Step, newest
from web.demonstration.trials import PUBLISHED, DemoTrial

CODE = b"""# The planned estimate
library(lme4); library(lmerTest); library(pbkrtest)
d <- read.csv("pupils.csv", check.names = FALSE)
d$arm <- relevel(factor(d$arm), ref = "controle")
fit <- lmer(language_post ~ arm + language_pre + size:denomination + (1 | school), data = d)
summary(fit, ddf = "Kenward-Roger")
"""
OWN_RESULT = {  # what that script prints on the data of the trial that is published
    "estimate": 2.18814407,
    "std_error": 0.44949286,
    "df": 184.03232,
    "n_pupils": 3587,
    "software": "R 4.2.2, lme4 1.1-31, pbkrtest",
}


def steps(trial: DemoTrial) -> list[Step]:
    masked = Step(14, ("manager",), lambda s: mask(s, trial), lambda s: tell_mask(s, trial))
    if trial.until == "masked":
        return [masked]
    return [
        masked,
        Step(
            14,
            ("analyst", "manager", "officer"),
            lambda s: unmask(s, trial),
            lambda s: tell_true(s, trial),
        ),
        Step(15, ("analyst",), lambda s: estimate(s, trial), lambda s: tell_estimate(s, trial)),
        Step(
            15,
            ("manager", "expert", "reviewer_1", "reviewer_2"),
            lambda s: report(s, trial),
            lambda s: tell_report(s, trial),
        ),
        Step(
            16,
            ("manager", "director"),
            lambda s: publish(s, trial),
            lambda s: tell_publication(s, trial),
        ),
    ]


def mask(stage: Stage, trial: DemoTrial) -> None:
    found, now = stage.trial_of(trial.slug), trial.calendar["masked"]
    if newest(stage.session, Release, Release.trial_id == found.id) is None:
        release_masked(
            stage.session,
            trial_id=found.id,
            reason="",
            actor=stage.actor("manager", now),
            now=now,
        )


def tell_mask(stage: Stage, trial: DemoTrial) -> str:
    release = _release(stage, trial, masked=True)
    return f"{release.rows:,} pupils released with masked arms, SHA-256 {release.csv_sha256[:12]}…"


def unmask(stage: Stage, trial: DemoTrial) -> None:
    found, at = stage.trial_of(trial.slug), trial.calendar
    if found.true_arms_at is not None:
        return
    lodge_code(
        stage.session,
        trial_id=found.id,
        file_name="plan.R",
        content=CODE,
        actor=stage.actor("analyst", at["code"]),
        now=at["code"],
    )
    stage.two_persons(
        TRUE_ARMS, found.id, {}, first="manager", second="officer", now=at["true_arms"]
    )


def tell_true(stage: Stage, trial: DemoTrial) -> str:
    code = newest(
        stage.session, AnalysisCode, AnalysisCode.trial_id == stage.trial_of(trial.slug).id
    )
    lodged = code.sha256[:12] if code else ""
    return f"code {lodged}… lodged, then true arms for {_release(stage, trial).rows:,} pupils"


def estimate(stage: Stage, trial: DemoTrial) -> None:
    """Ask, and make what was asked here and now: no jobs run while the demonstration is played."""
    found, now = stage.trial_of(trial.slug), trial.calendar["estimated"]
    if found.report_final_at is not None:
        return
    asked = estimate_by_plan(
        stage.session,
        trial_id=found.id,
        actor=stage.actor("analyst", now),
        now=now,
    )
    carry_out(stage.session, estimation_id=asked.id, now=now)
    if trial == PUBLISHED and not lodged_results(stage.session, asked.trial_id):
        lodge(stage, trial, asked.trial_id)


def lodge(stage: Stage, trial: DemoTrial, trial_id: int) -> None:
    """Lodge what the evaluator's own program found, beside which ours is the check."""
    now, script = trial.calendar["estimated"], hashlib.sha256(CODE).hexdigest()
    lodge_result(
        stage.session,
        trial_id=trial_id,
        result=LodgedResult(arm=trial.slug, script_sha256=script, **OWN_RESULT),
        actor=stage.actor("analyst", now),
        now=now,
    )


def tell_estimate(stage: Stage, trial: DemoTrial) -> str:
    contrast = estimate_of(stage, trial).result["contrasts"][0]
    size = contrast["effect_sizes"][0]
    return (
        f"planned estimate: g = {size['value']:.3f} "
        f"[{size['low']:.3f}, {size['high']:.3f}], {contrast['months']['value']} months"
    )


def report(stage: Stage, trial: DemoTrial) -> None:
    found, at = stage.trial_of(trial.slug), trial.calendar
    written = newest(stage.session, Report, Report.trial_id == found.id)
    if written is None:
        written = write_report(
            stage.session,
            trial_id=found.id,
            conclusion=(
                f"{trial.title_nl} helpt leerlingen waarschijnlijk vooruit in taal.",
                f"{trial.title_en} probably helps pupils forward in language.",
            ),
            conditions=(
                "Scholen oefenden meestal twee of drie keer per week.",
                "Schools mostly practised two or three times a week.",
            ),
            actor=stage.actor("manager", at["report"]),
            now=at["report"],
        )
    if written.state is ReportState.DRAFT:
        _review(stage, trial, written)
        finish_report(
            stage.session,
            report_id=written.id,
            actor=stage.actor("manager", at["final"]),
            now=at["final"],
        )


def _review(stage: Stage, trial: DemoTrial, written: Report) -> None:
    found, now = stage.trial_of(trial.slug), trial.calendar["reviewed"]
    known = set(
        stage.session.scalars(select(Review.reviewer_id).where(Review.report_id == written.id))
    )
    for part in ("expert", "reviewer_1", "reviewer_2"):
        if part != "expert":  # outsiders read for this trial only
            cast_person(
                stage.session,
                email=address(part),
                name=PARTS[part].name_nl,
                roles=((Role.EXPERT_GROUP, found.scope),),
                organisation=PARTS[part].organisation,
                now=trial.calendar["report"],
            )
        if stage.person(part).id not in known:
            review_report(
                stage.session,
                report_id=written.id,
                sound=True,
                remarks="De conclusie volgt uit de cijfers.",
                actor=stage.actor(part, now),
                now=now,
            )


def tell_report(stage: Stage, trial: DemoTrial) -> str:
    written = newest(stage.session, Report, Report.trial_id == stage.trial_of(trial.slug).id)
    readers = len(written.reviews) if written else 0
    return f"report read by {readers} (two from outside), final"


def publish(stage: Stage, trial: DemoTrial) -> None:
    found = stage.trial_of(trial.slug)
    if found.published_at is None:
        stage.two_persons(
            PUBLISH,
            found.id,
            {},
            first="manager",
            second="director",
            now=trial.calendar["published"],
        )


def tell_publication(stage: Stage, trial: DemoTrial) -> str:
    found = stage.trial_of(trial.slug)
    published = newest(stage.session, Publication, Publication.trial_id == found.id)
    ratings = stage.session.scalars(select(Rating).where(Rating.trial_id == found.id))
    values = {rating.kind: rating.value for rating in ratings}
    day = f"{published.published_at:%Y-%m-%d}" if published else ""
    return f"published on {day}: {values.get('padlocks')} locks, cost {values.get('cost')}"


def _release(stage: Stage, trial: DemoTrial, *, masked: bool = False) -> Release:
    release = newest(
        stage.session,
        Release,
        Release.trial_id == stage.trial_of(trial.slug).id,
        Release.masked.is_(masked),
    )
    assert release is not None
    return release


def estimate_of(stage: Stage, trial: DemoTrial) -> StoredEstimate:
    found = planned_estimate(stage.session, stage.trial_of(trial.slug).id)
    assert found is not None
    return found
