"""Freezing a roster, committing to a secret, proposing the seal, telling the schools."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trials.draws import queries, services
from trials.draws.queries import Ceremony
from trials.draws.sealing import SEAL
from trials.people.proposals import propose
from web.access import signed_in
from web.draws.blueprint import bp
from web.draws.forms import CommitForm, ConfirmForm, FreezeForm, GiveUpForm, SealForm


@bp.route("/trials/<int:trial_id>/draws/freeze", methods=["GET", "POST"])
@signed_in
def freeze(trial_id: int) -> ResponseReturnValue:
    """Show what would be frozen, and freeze it; ``?under=rule`` under the standing rule.

    404 to all but the trial manager, 422 while a risk of the roster is neither joined nor
    accepted with a reason.
    """
    found = queries.preview(g.session, trial_id, g.actor)
    form = FreezeForm()
    if form.accepts(
        lambda: services.freeze_roster(
            g.session,
            trial_id=trial_id,
            together=form.together(found.risks),
            reasons=form.reasons(found.small),
            otherwise=form.otherwise.data or "",
            actor=g.actor,
            now=g.now,
            under_rule=request.args.get("under") == "rule",
        )
    ):
        return redirect(url_for("draws.ceremony", draw_id=form.result.id), 303)
    form.offer(found.shared)
    return form.page("draws/freeze.html", preview=found)


@bp.post("/draws/<int:draw_id>/give-up")
@signed_in
def give_up(draw_id: int) -> ResponseReturnValue:
    """Let go of a draw that is not sealed yet. 422 once it is."""
    form = GiveUpForm()
    if form.accepts(
        lambda: services.give_up_draw(
            g.session, draw_id=draw_id, reason=form.reason.data, actor=g.actor, now=g.now
        )
    ):
        return _to(draw_id)
    return form.page("draws/give_up.html", draw=_seen(draw_id))


@bp.route("/draws/<int:draw_id>/parties/<int:position>/commit", methods=["GET", "POST"])
@signed_in
def commit(draw_id: int, position: int) -> ResponseReturnValue:
    """Make a secret in the browser and send its commitment only. 404 to other parties."""
    draw, party = queries.own_party(g.session, draw_id, position, g.actor, g.now)
    form = CommitForm()
    if form.accepts(
        lambda: services.commit_nonce(
            g.session,
            draw_id=draw_id,
            party=party.name,
            commitment=form.commitment.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return _to(draw_id)
    return form.page("draws/commit.html", draw=draw, own=party)


@bp.route("/draws/<int:draw_id>/seal", methods=["GET", "POST"])
@signed_in
def seal(draw_id: int) -> ResponseReturnValue:
    """Propose the seal to a second person. 422 while a party has yet to commit."""
    draw = queries.ceremony_to_prepare(g.session, draw_id, g.actor, g.now)
    form = SealForm()
    if form.accepts(
        lambda: propose(
            g.session,
            act=SEAL,
            subject_id=draw_id,
            wish={"reveal_before": form.reveal_before.data.isoformat()},
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=form.result.id), 303)
    return form.page("draws/seal.html", draw=draw)


@bp.post("/draws/<int:draw_id>/tell")
@signed_in
def tell(draw_id: int) -> ResponseReturnValue:
    """Tell every school its group at once. 403 to who may not, 422 before the draw."""
    form = ConfirmForm()
    if form.accepts(
        lambda: services.tell_schools(g.session, draw_id=draw_id, actor=g.actor, now=g.now)
    ):
        flash(_("All schools hear their group now. The mails are on their way."))
        return _to(draw_id)
    return form.page("draws/tell.html", draw=_seen(draw_id))


@bp.get("/draws/<int:draw_id>/tell")
@signed_in
def before_telling(draw_id: int) -> ResponseReturnValue:
    """Say what happens when the schools are told."""
    draw = queries.ceremony_to_prepare(g.session, draw_id, g.actor, g.now)
    return render_template("draws/tell.html", draw=draw, form=ConfirmForm(formdata=None))


def _seen(draw_id: int) -> Ceremony:
    return queries.ceremony(g.session, draw_id, g.actor, g.now)


def _to(draw_id: int) -> ResponseReturnValue:
    return redirect(url_for("draws.ceremony", draw_id=draw_id), 303)
