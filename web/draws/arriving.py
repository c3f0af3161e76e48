"""Arrivals after the main draw: prepare and open an enrolment, take units in, close it."""

from typing import Any

from flask import Response, flash, g, redirect, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trials.draws import queries, services
from trials.draws.kit import kit_of_arrivals
from trials.draws.opening import OPEN_ARRIVALS
from trials.people.proposals import propose
from web.access import public, signed_in
from web.downloads import attachment
from web.draws.blueprint import bp
from web.draws.custody import server_secrets
from web.draws.forms import ArriveForm, ConfirmForm, GiveUpForm, PrepareArrivalsForm
from web.languages import words


@bp.route("/trials/<int:trial_id>/arrivals/prepare", methods=["GET", "POST"])
@signed_in
def prepare_arrivals(trial_id: int) -> ResponseReturnValue:
    """Choose what later units are kept even on. 404 to all but the trial manager."""
    offer = queries.offer(g.session, trial_id, g.actor)
    form = PrepareArrivalsForm.of({f.code: words(f, "title") for f in offer.factors})
    if form.accepts(
        lambda: services.prepare_arrivals(
            g.session,
            trial_id=trial_id,
            factors=form.factors,
            probability=form.probability.data,
            secrets=server_secrets(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return _to(form.result.id)
    return form.page("draws/prepare_arrivals.html", offer=offer)


@bp.get("/arrivals/<int:arrivals_id>")
@public
def arrivals(arrivals_id: int) -> ResponseReturnValue:
    """An enrolment as far as the reader may know of it. 404 to the public before it opened."""
    return render("draws/arrivals.html", **_shown(arrivals_id))


@bp.get("/arrivals/<int:arrivals_id>/public.json")
@public
def arrivals_json(arrivals_id: int) -> ResponseReturnValue:
    """Fingerprint and a line per arrival; no arm. 404 before it opened."""
    return queries.public_arrivals(g.session, arrivals_id)


@bp.get("/arrivals/<int:arrivals_id>/kit.zip")
@public
def arrivals_kit(arrivals_id: int) -> Response:
    """What checks the arrivals: all of it for those it is open to, else what is public."""
    content = kit_of_arrivals(g.session, arrivals_id, g.actor)
    return attachment(content, f"arrivals-{arrivals_id}.zip", "application/zip")


@bp.post("/arrivals/<int:arrivals_id>/open")
@signed_in
def open_arrivals(arrivals_id: int) -> ResponseReturnValue:
    """Ask a second person to open the enrolment. 403 to who may not, 422 once it is open."""
    form = ConfirmForm()
    if form.accepts(
        lambda: propose(
            g.session,
            act=OPEN_ARRIVALS,
            subject_id=arrivals_id,
            wish={},
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=form.result.id), 303)
    return form.page("draws/arrivals.html", **_shown(arrivals_id))


@bp.route("/arrivals/<int:arrivals_id>/arrive", methods=["GET", "POST"])
@signed_in
def arrive(arrivals_id: int) -> ResponseReturnValue:
    """Take in one unit; it gets its group at once. 404 to who does not assign."""
    waiting = queries.candidates(g.session, arrivals_id, g.actor)
    form = ArriveForm()
    form.offer(waiting)
    if form.accepts(
        lambda: services.assign_arrival(
            g.session,
            draw_id=arrivals_id,
            target=form.target.data,
            secrets=server_secrets(),
            actor=g.actor,
            now=g.now,
        )
    ):
        flash(_("Its group is in the list below. The school has a mail."))
        return _to(arrivals_id)
    found = queries.arrivals(g.session, arrivals_id, g.actor)
    return form.page("draws/arrive.html", found=found, waiting=waiting)


@bp.route("/arrivals/<int:arrivals_id>/close", methods=["GET", "POST"])
@signed_in
def close_arrivals(arrivals_id: int) -> ResponseReturnValue:
    """Close the enrolment, for good. 404 to who may not, 422 when it is not open."""
    found = queries.arrivals_to_prepare(g.session, arrivals_id, g.actor)
    form = ConfirmForm()
    if form.accepts(
        lambda: services.close_arrivals(
            g.session, draw_id=arrivals_id, secrets=server_secrets(), actor=g.actor, now=g.now
        )
    ):
        return _to(arrivals_id)
    return form.page("draws/close_arrivals.html", found=found)


@bp.route("/arrivals/<int:arrivals_id>/give-up", methods=["GET", "POST"])
@signed_in
def give_up_arrivals(arrivals_id: int) -> ResponseReturnValue:
    """Let go of an enrolment that is not open yet. 404 to who may not, 422 once it is."""
    found = queries.arrivals_to_prepare(g.session, arrivals_id, g.actor)
    form = GiveUpForm()
    if form.accepts(
        lambda: services.give_up_draw(
            g.session, draw_id=arrivals_id, reason=form.reason.data, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("draws.of_trial", trial_id=found.trial.id), 303)
    return form.page("draws/give_up_arrivals.html", found=found)


def _shown(arrivals_id: int) -> dict[str, Any]:
    found = queries.arrivals(g.session, arrivals_id, g.actor)
    lines = queries.public_arrivals(g.session, arrivals_id) if found.opened_at else None
    return {"found": found, "lines": lines}


def _to(arrivals_id: int) -> ResponseReturnValue:
    return redirect(url_for("draws.arrivals", arrivals_id=arrivals_id), 303)
