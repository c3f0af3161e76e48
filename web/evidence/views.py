"""The result page, its downloads, and the list of results."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.evidence import erasing, queries
from trials.evidence.acts import PUBLISH
from trials.people.proposals import propose
from trials.reports.overview import Shown
from web.access import public, signed_in
from web.downloads import attachment
from web.evidence.forest import forest
from web.evidence.forms import PublishForm
from web.languages import words
from web.reports.refused import sentences

__all__ = ["bp", "erasing"]  # importing the latter lets an objection reach archive packages

bp = Blueprint("evidence", __name__, template_folder="templates")


@bp.get("/results")
@public
def index() -> ResponseReturnValue:
    """List published results, null results among them, and the trials that were stopped."""
    return render_template(
        "evidence/index.html",
        published=queries.published_trials(g.session),
        stopped=queries.stopped_trials(g.session),
    )


@bp.get("/results/<slug>")
@public
def result(slug: str) -> ResponseReturnValue:
    """Show a published result. 404 before publication."""
    found = queries.published_result(g.session, slug)
    return render_template(
        "evidence/result.html",
        result=found,
        contrast=found.contrasts[0],
        arms=[
            ArmInWords(
                title=words(found.protocol.arm(contrast["arm"]), "title"),
                effect=contrast["effect_sizes"][0],
                months=queries.months_range(contrast),
                above=queries.above_the_middle(contrast["effect_sizes"][0]["value"]),
            )
            for contrast in found.contrasts
        ],
        forest=forest(effects_of(found)),
        could_not=sentences(found.refusals),
        address=lambda number: url_for("evidence.estimate_json", slug=slug, number=number),
    )


@dataclass(frozen=True, slots=True)
class ArmInWords:
    """One arm's effect as the first panel and the sentence below tell it."""

    title: str
    effect: dict[str, Any]
    months: tuple[int, int, int]
    above: int  # of 100 pupils, the middle of the control pupils


def effects_of(found: queries.Result) -> list[tuple[str, dict[str, Any]]]:
    """Return what the picture shows: every arm on the primary outcome, then on further ones."""
    results = [found.estimates.primary, *found.estimates.of("secondary")]
    several = len(found.contrasts) > 1
    rows = []
    for one in results:
        outcome = one.result["outcome"]
        name = words(found.titles[outcome], "title") if outcome in found.titles else outcome
        for contrast in one.result["contrasts"]:
            arm = words(found.protocol.arm(contrast["arm"]), "title")
            label = f"{name}: {arm}" if several else name if len(results) > 1 else arm
            rows.append((label, contrast["effect_sizes"][0]))
    return rows


@bp.get("/results/<slug>/estimate.json")
@public
def estimate(slug: str) -> Response:
    """Download the published estimate, unrounded. 404 before publication."""
    found = queries.published_result(g.session, slug)
    return _json(found.estimates.primary, f"{slug}-estimate.json")


@bp.get("/results/<slug>/estimates/<int:number>.json")
@public
def estimate_json(slug: str, number: int) -> Response:
    """Download one of the estimates that go with it. 404 before publication."""
    found = queries.published_result(g.session, slug)
    return _json(found.by_number(number), f"{slug}-estimate-{number}.json")


def _json(shown: Shown, name: str) -> Response:
    content = json.dumps(shown.result, ensure_ascii=False, indent=1).encode()
    return attachment(content, name, "application/json")


@bp.get("/trials/<int:trial_id>/archive.zip")
@signed_in
def archive(trial_id: int) -> Response:
    """Download the archive package. 404 to who may not."""
    package = queries.archive_package(g.session, trial_id, g.actor)
    return attachment(package.content, f"trial-{trial_id}-archive.zip", "application/zip")


@bp.route("/trials/<int:trial_id>/publish", methods=["GET", "POST"])
@signed_in
def publish(trial_id: int) -> ResponseReturnValue:
    """Propose publication. 403 to who may not, 409 before the report is final."""
    form = PublishForm()
    trial = queries.trial_to_publish(g.session, trial_id, g.actor)
    if form.accepts(
        lambda: propose(
            g.session, act=PUBLISH, subject_id=trial_id, wish={}, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=form.result.id), 303)
    return form.page("evidence/publish.html", trial=trial)
