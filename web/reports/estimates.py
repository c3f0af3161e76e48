"""Asking for estimates, by the plan or beyond it, and waiting for them."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.reports import queries, services
from web.access import signed_in
from web.reports.blueprint import bp
from web.reports.forms import EstimateForm, ExploreForm
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


@bp.get("/estimates/<int:estimation_id>")
@signed_in
def asked(estimation_id: int) -> ResponseReturnValue:
    """Show how far the estimates are that were asked. 404 to who may not read the report."""
    estimation = queries.estimation_for(g.session, estimation_id, g.actor)
    could_not = sentences(estimation.refusals)
    return render_template("reports/asked.html", estimation=estimation, could_not=could_not)
