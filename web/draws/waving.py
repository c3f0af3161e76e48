"""Later waves under a standing rule: let two persons approve it, seal a wave under it."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.draws import queries, services
from trials.draws.standing import APPROVE_RULE
from trials.people.proposals import propose
from web.access import signed_in
from web.draws.blueprint import bp
from web.draws.forms import ConfirmForm


@bp.post("/trials/<int:trial_id>/draws/rule")
@signed_in
def propose_rule(trial_id: int) -> ResponseReturnValue:
    """Ask a second person to let the protocol's rule stand. 403 to who may not propose seals."""
    form = ConfirmForm()
    if form.accepts(
        lambda: propose(
            g.session, act=APPROVE_RULE, subject_id=trial_id, wish={}, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=form.result.id), 303)
    trial, _draws = queries.trial_with_draws(g.session, trial_id, g.actor, g.now)
    return form.page("draws/rule_refused.html", trial=trial)


@bp.get("/draws/<int:draw_id>/wave")
@signed_in
def before_sealing_wave(draw_id: int) -> ResponseReturnValue:
    """Say what happens when a wave is sealed under the rule. 404 to who does not prepare it."""
    draw = queries.ceremony_to_prepare(g.session, draw_id, g.actor, g.now)
    return render_template("draws/seal_wave.html", draw=draw, form=ConfirmForm(formdata=None))


@bp.post("/draws/<int:draw_id>/wave")
@signed_in
def seal_wave(draw_id: int) -> ResponseReturnValue:
    """Seal a wave under the standing rule. 403 to who may not, 422 when it departs from it."""
    form = ConfirmForm()
    if form.accepts(
        lambda: services.seal_wave(g.session, draw_id=draw_id, actor=g.actor, now=g.now)
    ):
        return redirect(url_for("draws.ceremony", draw_id=draw_id), 303)
    draw = queries.ceremony(g.session, draw_id, g.actor, g.now)
    return form.page("draws/seal_wave.html", draw=draw)
