"""Pages of delivery: the overview of a trial, the log of a school, costs, programme totals."""

from decimal import Decimal

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trials.delivery import queries, services
from trials.delivery.models import CostKind, EventKind
from web.access import signed_in
from web.delivery.charts import chart_of
from web.delivery.forms import CorrectEventForm, CostForm, DoseForm, EventForm, FidelityForm
from web.downloads import attachment
from web.forms import Form
from web.spreadsheet import as_spreadsheet

bp = Blueprint("delivery", __name__, template_folder="templates")
CSV = "text/csv"


@bp.get("/trials/<int:trial_id>/delivery")
@signed_in
def of_trial(trial_id: int) -> ResponseReturnValue:
    """How delivery goes in every school. 404 to all but provider and trial manager."""
    found = queries.delivery_of_trial(g.session, trial_id, g.actor)
    return render_template(
        "delivery/of_trial.html", found=found, chart=chart_of(found.weeks, found.protocol)
    )


@bp.get("/trials/<int:trial_id>/delivery.csv")
@signed_in
def of_trial_csv(trial_id: int) -> Response:
    """The weekly means as a table."""
    found = queries.delivery_of_trial(g.session, trial_id, g.actor)
    rows = [
        (entry.week.isoformat(), entry.component, round(entry.mean, 1), entry.schools)
        for entry in found.weeks
    ]
    header = ("week", "component", "mean_percent", "schools")
    return attachment(as_spreadsheet(header, rows), "delivery.csv", CSV)


@bp.get("/schools/<int:signup_id>/delivery")
@signed_in
def of_school(signup_id: int) -> ResponseReturnValue:
    """The log of one school. 404 to others, and before the school heard its group."""
    return _school(signup_id)


@bp.post("/schools/<int:signup_id>/delivery/checks")
@signed_in
def check(signup_id: int) -> ResponseReturnValue:
    """Log what was delivered of one component. 422 where the school works as it is used to."""
    form = FidelityForm().offer(queries.log_of_school(g.session, signup_id, g.actor).protocol)
    if form.accepts(
        lambda: services.log_fidelity(
            g.session,
            signup_id=signup_id,
            component=form.component.data,
            checked_on=form.checked_on.data,
            score=form.score.data,
            note=form.note.data or "",
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return _back(signup_id)
    return _school(signup_id, fidelity=form)


@bp.post("/schools/<int:signup_id>/delivery/doses")
@signed_in
def dose(signup_id: int) -> ResponseReturnValue:
    """Log the sessions of a week."""
    log = queries.log_of_school(g.session, signup_id, g.actor)
    form = DoseForm().offer(log.classes, _("the whole school"))
    if form.accepts(
        lambda: services.log_dose(
            g.session,
            signup_id=signup_id,
            week=form.week.data,
            sessions=form.sessions.data,
            class_id=int(form.class_id.data) if form.class_id.data else None,
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return _back(signup_id)
    return _school(signup_id, dose=form)


@bp.post("/schools/<int:signup_id>/delivery/events")
@signed_in
def event(signup_id: int) -> ResponseReturnValue:
    """Log an event, of either arm."""
    form = EventForm().offer(queries.log_of_school(g.session, signup_id, g.actor).delivers)
    if form.accepts(
        lambda: services.log_event(
            g.session,
            signup_id=signup_id,
            kind=EventKind(form.kind.data),
            happened_on=form.happened_on.data,
            text=form.text.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return _back(signup_id)
    return _school(signup_id, event=form)


@bp.route("/delivery/events/<int:event_id>/correct", methods=["GET", "POST"])
@signed_in
def correct_event(event_id: int) -> ResponseReturnValue:
    """Put a corrected event in the place of an earlier one. 404 to others than its school."""
    found = queries.event_to_correct(g.session, event_id, g.actor)
    form = CorrectEventForm(obj=found)
    if form.accepts(
        lambda: services.correct_event(
            g.session,
            event_id=event_id,
            happened_on=form.happened_on.data,
            text=form.text.data,
            reason=form.reason.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return _back(form.result.signup_id)
    return form.page("delivery/correct_event.html", event=found)


@bp.get("/delivery/checks/<int:check_id>")
@signed_in
def versions(check_id: int) -> ResponseReturnValue:
    """Every version of one check with the reasons. 404 to who may not read the school's log."""
    found = queries.versions_of_check(g.session, check_id, g.actor)
    return render_template("delivery/versions.html", versions=found)


@bp.route("/trials/<int:trial_id>/costs", methods=["GET", "POST"])
@signed_in
def costs(trial_id: int) -> ResponseReturnValue:
    """The costs of delivery; the provider adds to them. 404 to who may not read them."""
    found = queries.costs_of_trial(g.session, trial_id, g.actor)
    form = CostForm().offer([(cost.id, cost.item) for cost in found.costs], _("no"))
    if form.accepts(
        lambda: services.log_cost(
            g.session,
            trial_id=trial_id,
            item=form.item.data,
            kind=CostKind(form.kind.data),
            euro=form.euro.data,
            staff_hours=form.staff_hours.data or Decimal(0),
            corrects_id=int(form.corrects_id.data) if form.corrects_id.data else None,
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("delivery.costs", trial_id=trial_id), 303)
    return form.page("delivery/costs.html", found=found)


@bp.get("/delivery/programme")
@signed_in
def programme() -> ResponseReturnValue:
    """Mean fidelity per trial, in totals that point to no school. 403 to who sees no totals."""
    figures = queries.fidelity_of_programme(g.session, g.actor)
    return render_template("delivery/programme.html", figures=figures)


def _school(signup_id: int, **sent: Form) -> ResponseReturnValue:
    """Show a school's log, with the form that was refused in its place."""
    log = queries.log_of_school(g.session, signup_id, g.actor)
    forms: dict[str, Form] = {
        "fidelity": FidelityForm(formdata=None).offer(log.protocol),
        "dose": DoseForm(formdata=None).offer(log.classes, _("the whole school")),
        "event": EventForm(formdata=None).offer(log.delivers),
    } | sent
    refused = next(iter(sent.values()), forms["event"])
    return refused.page(
        "delivery/of_school.html",
        log=log,
        forms=forms,
        open_form=next(iter(sent), ""),
        chart=chart_of(log.weeks, log.protocol),
    )


def _back(signup_id: int) -> ResponseReturnValue:
    return redirect(url_for("delivery.of_school", signup_id=signup_id), 303)
