"""Rounds of testing: which schools sent outcomes, and locking a round."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trials.measurements import services
from trials.measurements.queries import rounds as rounds_of
from trials.measurements.queries import schools_to_test, trial_to_test
from trials.permissions import Permission
from web.access import signed_in
from web.measurements.blueprint import bp
from web.measurements.forms import ConfirmForm


@bp.route("/trials/<int:trial_id>/outcomes", methods=["GET", "POST"])
@signed_in
def rounds(trial_id: int) -> ResponseReturnValue:
    """The rounds of a trial and its schools, alike in both groups; the manager locks here."""
    trial = trial_to_test(g.session, trial_id, g.actor)
    form = ConfirmForm()
    wave = request.form.get("wave", 1, int)
    if form.accepts(
        lambda: services.lock_outcomes(
            g.session, trial_id=trial_id, wave=wave, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("measurements.rounds", trial_id=trial_id), 303)
    found = rounds_of(g.session, trial_id, g.actor)
    return form.page(
        "measurements/rounds.html",
        trial=trial,
        rounds=found,
        schools={r.wave: schools_to_test(g.session, trial_id, r.wave, g.actor) for r in found},
        may_lock=g.actor.may(Permission.OUTCOMES_LOCK, trial.scope),
    )
