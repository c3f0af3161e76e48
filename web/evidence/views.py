"""The result page, its downloads, and the list of results."""

import json

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.evidence import queries
from trials.evidence.acts import PUBLISH
from trials.people.proposals import propose
from web.access import public, signed_in
from web.downloads import attachment
from web.evidence.forest import forest
from web.evidence.forms import PublishForm
from web.languages import words

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
    effects = [
        (words(found.protocol.arm(c["arm"]), "title"), c["effect_sizes"][0])
        for c in found.contrasts
    ]
    return render_template(
        "evidence/result.html",
        result=found,
        contrast=found.contrasts[0],
        effect=found.contrasts[0]["effect_sizes"][0],
        above=queries.above_the_middle(found.contrasts[0]["effect_sizes"][0]["value"]),
        months=queries.months_range(found.contrasts[0]),
        forest=forest(effects),
        command=queries.command_of(found.estimate),
    )


@bp.get("/results/<slug>/estimate.json")
@public
def estimate(slug: str) -> Response:
    """Download the estimate, unrounded. 404 before publication."""
    found = queries.published_result(g.session, slug)
    content = json.dumps(found.estimate.result, ensure_ascii=False, indent=1).encode()
    return attachment(content, f"{slug}-estimate.json", "application/json")


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
