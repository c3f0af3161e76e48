"""Asking for estimates, by the plan or beyond it, and waiting for them."""

import json

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.reports import queries, services
from trials.reports.overview import overview_of
from web.access import accepts_upload, signed_in
from web.downloads import attachment
from web.reports.blueprint import bp
from web.reports.forms import EstimateForm, ExploreForm, PostForm
from web.reports.page import form_for, report_page
from web.reports.refused import sentences


@bp.post("/trials/<int:trial_id>/estimate")
@signed_in
def estimate(trial_id: int) -> ResponseReturnValue:
    """Ask for the planned estimates. 404 to who may not, 409 before the true release."""
    form = EstimateForm()
    if form.accepts(
        lambda: services.estimate_by_plan(g.session, trial_id=trial_id, actor=g.actor, now=g.now)
    ):
        return redirect(url_for("reports.asked", estimation_id=form.result.id), 303)
    return report_page(trial_id, estimate=form)


@bp.post("/trials/<int:trial_id>/explore")
@signed_in
def explore(trial_id: int) -> ResponseReturnValue:
    """Ask for an analysis beyond the plan. 404 to who may not, 422 for what data do not have."""
    form = form_for("explore", trial_id)
    assert isinstance(form, ExploreForm)
    if form.accepts(
        lambda: services.explore(
            g.session,
            trial_id=trial_id,
            wish=form.wish(),
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("reports.asked", estimation_id=form.result.id), 303)
    return report_page(trial_id, explore=form)


@bp.post("/trials/<int:trial_id>/estimates")
@signed_in
@accepts_upload
def post(trial_id: int) -> ResponseReturnValue:
    """Send an estimate made at the evaluator's. 404 to who may not, 422 for what was not asked."""
    form = form_for("post", trial_id)
    assert isinstance(form, PostForm)
    if form.accepts(
        lambda: services.post_result(
            g.session,
            trial_id=trial_id,
            content=form.result_file.data.read(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("reports.of_trial", trial_id=trial_id), 303)
    return report_page(trial_id, post=form)


@bp.get("/trials/<int:trial_id>/estimates/<int:number>.json")
@signed_in
def estimate_json(trial_id: int, number: int) -> Response:
    """Download one estimate, unrounded. 404 to who may not read the report."""
    found = overview_of(g.session, trial_id, g.actor).by_number(number)
    content = json.dumps(found.result, ensure_ascii=False, indent=1).encode()
    return attachment(content, f"estimate-{number}.json", "application/json")


@bp.get("/estimates/<int:estimation_id>")
@signed_in
def asked(estimation_id: int) -> ResponseReturnValue:
    """Show how far the estimates are that were asked. 404 to who may not read the report."""
    estimation = queries.estimation_for(g.session, estimation_id, g.actor)
    could_not = sentences(estimation.refusals)
    return render_template("reports/asked.html", estimation=estimation, could_not=could_not)
