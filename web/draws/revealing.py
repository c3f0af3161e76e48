"""Revealing secrets, entering the beacon's value, declaring a seal void."""

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trials.draws import queries, services
from trials.draws.states import DrawState
from web.access import signed_in
from web.demonstration.story.draws import kept_nonce
from web.draws.blueprint import bp
from web.draws.forms import BeaconForm, ConfirmForm, RevealForm


@bp.route("/draws/<int:draw_id>/parties/<int:position>/reveal", methods=["GET", "POST"])
@signed_in
def reveal(draw_id: int, position: int) -> ResponseReturnValue:
    """Reveal the own secret. 404 to other parties, 422 when it is not the one committed to."""
    draw, party = queries.own_party(g.session, draw_id, position, g.actor, g.now)
    form = RevealForm()
    if form.accepts(
        lambda: services.reveal_nonce(
            g.session,
            draw_id=draw_id,
            party=party.name,
            nonce=form.nonce.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return _after(form.result.state, draw_id)
    kept = kept_nonce(draw.trial.slug) if current_app.config["DEMONSTRATION"] else None
    return form.page("draws/reveal.html", draw=draw, own=party, kept=kept)


@bp.route("/draws/<int:draw_id>/parties/<int:position>/beacon", methods=["GET", "POST"])
@signed_in
def beacon(draw_id: int, position: int) -> ResponseReturnValue:
    """Enter a round's value as published. 404 to who has a hand in the secrets."""
    draw, party = queries.own_party(g.session, draw_id, position, g.actor, g.now, beacon=True)
    form = BeaconForm()
    if form.accepts(
        lambda: services.enter_beacon(
            g.session,
            draw_id=draw_id,
            party=party.name,
            published=form.published.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return _after(form.result.state, draw_id)
    return form.page("draws/beacon.html", draw=draw, own=party)


@bp.post("/draws/<int:draw_id>/void")
@signed_in
def declare_void(draw_id: int) -> ResponseReturnValue:
    """Declare an overdue seal void. 422 while it is not overdue."""
    form = ConfirmForm()
    if form.accepts(
        lambda: services.void_overdue_draw(g.session, draw_id=draw_id, actor=g.actor, now=g.now)
    ):
        return redirect(url_for("draws.ceremony", draw_id=draw_id), 303)
    draw = queries.ceremony(g.session, draw_id, g.actor, g.now)
    return form.page("draws/void.html", draw=draw)


def _after(state: DrawState, draw_id: int) -> ResponseReturnValue:
    if state is DrawState.DRAWN:
        flash(_("That was the last entry. The draw is done."))
    return redirect(url_for("draws.ceremony", draw_id=draw_id), 303)
