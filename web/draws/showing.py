"""What anyone may see of a draw, what only some may, and each school its own result."""

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from trials.calls.models import Trial
from trials.draws import queries, services
from trials.draws.kit import kit_of
from trials.draws.states import DrawState
from trials.permissions import Permission
from web.access import public, signed_in
from web.downloads import attachment
from web.draws.blueprint import bp
from web.draws.forms import MarkForm
from web.draws.steps import next_action, steps_of
from web.spreadsheet import as_spreadsheet

CSV = "text/csv"


@bp.get("/draws/<int:draw_id>")
@public
def ceremony(draw_id: int) -> ResponseReturnValue:
    """The draw as far as the reader may know of it. 404 to the public before the seal."""
    draw = queries.ceremony(g.session, draw_id, g.actor, g.now)
    drawn = draw.state is DrawState.DRAWN
    return render_template(
        "draws/draw.html",
        draw=draw,
        steps=steps_of(draw),
        action=next_action(draw),
        lines=queries.public_form(g.session, draw_id) if drawn else None,
        full=drawn and queries.may_have_receipt(g.session, draw_id, g.actor),
        marks=queries.marks_of(g.session, draw_id, g.actor) if g.actor else [],
    )


@bp.get("/trials/<int:trial_id>/draws")
@public
def of_trial(trial_id: int) -> ResponseReturnValue:
    """The draws of a trial, void seals included. 404 for a trial that has none to show."""
    trial, draws = queries.trial_with_draws(g.session, trial_id, g.actor, g.now)
    return render_template(
        "draws/of_trial.html",
        trial=trial,
        draws=draws,
        waves=queries.later_waves(g.session, trial_id, g.actor),
        arrivals=queries.arrivals_of_trial(g.session, trial_id, g.actor),
        may_take_arrivals=queries.may_take_arrivals(g.session, trial_id, g.actor),
        may_rehearse=not draws and _prepares(trial),
    )


def _prepares(trial: Trial) -> bool:
    return g.actor is not None and g.actor.may(Permission.DRAW_FREEZE, trial.scope)


@bp.get("/draws/<int:draw_id>/public.json")
@public
def public_json(draw_id: int) -> ResponseReturnValue:
    """Fingerprint, hash of the allocation and a line per unit; no arm. 404 before the draw."""
    return queries.public_form(g.session, draw_id)


@bp.get("/draws/<int:draw_id>/lines.csv")
@public
def lines_csv(draw_id: int) -> Response:
    """The public lines as a table. 404 before the draw."""
    lines = queries.public_form(g.session, draw_id)["lines"]
    return attachment(as_spreadsheet(("id", "line"), sorted(lines.items())), "lines.csv", CSV)


@bp.get("/draws/<int:draw_id>/kit.zip")
@public
def kit(draw_id: int) -> Response:
    """What checks the draw: all of it for those it is open to, else what is public."""
    return attachment(kit_of(g.session, draw_id, g.actor), f"draw-{draw_id}.zip", "application/zip")


@bp.get("/draws/<int:draw_id>/roster")
@signed_in
def roster(draw_id: int) -> ResponseReturnValue:
    """Schools, pseudonyms and, once drawn, arms. 404 to who may not see them."""
    rows = queries.roster_rows(g.session, draw_id, g.actor)
    draw = queries.ceremony(g.session, draw_id, g.actor, g.now)
    accepted = queries.accepted_risks(g.session, draw_id, g.actor)
    return render_template("draws/roster.html", draw=draw, rows=rows, accepted=accepted)


@bp.get("/draws/<int:draw_id>/roster.csv")
@signed_in
def roster_csv(draw_id: int) -> Response:
    """The roster as a table. 404 to who may not see it."""
    rows = queries.roster_rows(g.session, draw_id, g.actor)
    cells = [
        (row.code, row.stratum, row.stratum_label, row.school_name, row.part, row.arm)
        for row in rows
    ]
    header = ("id", "stratum", "stratum_label", "school", "part", "arm")
    return attachment(as_spreadsheet(header, cells), "roster.csv", CSV)


@bp.route("/draws/<int:draw_id>/marks", methods=["GET", "POST"])
@signed_in
def mark(draw_id: int) -> ResponseReturnValue:
    """Mark a mistake beside the truth. 404 to who may not see arms."""
    rows = queries.roster_rows(g.session, draw_id, g.actor)
    draw = queries.ceremony(g.session, draw_id, g.actor, g.now)
    form = MarkForm()
    form.offer(sorted({row.code for row in rows}))
    if form.accepts(
        lambda: services.mark_mistake(
            g.session,
            draw_id=draw_id,
            unit_code=form.unit_code.data or None,
            text=form.text.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        form = MarkForm(formdata=None)
        form.offer(sorted({row.code for row in rows}))
    marks = queries.marks_of(g.session, draw_id, g.actor)
    return form.page("draws/marks.html", draw=draw, marks=marks)


@bp.get("/schools/<int:signup_id>/draw")
@signed_in
def school_result(signup_id: int) -> ResponseReturnValue:
    """A school's own group and the proof of it. 404 to others, and before all are told."""
    result = queries.own_result(g.session, signup_id, g.actor)
    return render_template("draws/result.html", result=result)
