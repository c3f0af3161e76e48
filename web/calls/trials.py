"""The pages of trials: every trial, and one trial as the public and its parties see it."""

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.calls.models import Trial
from trials.calls.queries import calls as call_queries
from trials.calls.queries import trials as queries
from trials.calls.states import CallState
from trials.lifecycle import TRIAL_TRANSITIONS, TrialState
from trials.permissions import Permission
from web.access import public, signed_in
from web.calls.blueprint import bp
from web.downloads import attachment
from web.spreadsheet import as_spreadsheet


@bp.get("/trials")
@public
def trials() -> ResponseReturnValue:
    """Every trial, stopped ones and null results included."""
    return render_template("calls/trials.html", trials=queries.public_trials(g.session))


@bp.get("/trials.csv")
@public
def trials_csv() -> Response:
    """The same list as a file."""
    rows = [
        (trial.slug, trial.title_nl, trial.title_en, trial.state.value, trial.awarded_at.date())
        for trial in queries.public_trials(g.session)
    ]
    header = ("trial", "title_nl", "title_en", "state", "awarded_on")
    return attachment(as_spreadsheet(header, rows), "trials.csv", "text/csv")


@bp.get("/trials/<slug>")
@public
def trial(slug: str) -> ResponseReturnValue:
    """One trial: what it is, how far it is, and for its parties what they can do there."""
    found = queries.trial_by_slug(g.session, slug)
    party = queries.is_party(g.actor, found)
    return render_template(
        "calls/trial.html",
        trial=found,
        party=party,
        award=queries.award_of(g.session, found),
        appointment=queries.appointment_of(g.session, found.id),
        evaluator_call=call_queries.evaluator_call(g.session, found.id),
        may=_what_may_be_done(found),
    )


@bp.get("/trials/<int:trial_id>/page")
@signed_in
def of_trial(trial_id: int) -> ResponseReturnValue:
    """Lead from a trial's number, which tasks carry, to its page. 404 for others than parties."""
    found = queries.trial_for_party(g.session, trial_id, g.actor)
    return redirect(url_for("calls.trial", slug=found.slug), 303)


def _what_may_be_done(trial: Trial) -> dict[str, bool]:
    """Which buttons the page shows; the services decide once more."""
    actor = g.actor
    if actor is None:
        return {}
    awarded = trial.state is TrialState.AWARDED
    call = call_queries.evaluator_call(g.session, trial.id)
    live = call is not None and call.state is CallState.PUBLISHED
    return {
        "call": awarded and not live and actor.may(Permission.CALL_MANAGE),
        "appoint": awarded
        and live
        and call is not None
        and call.is_closed(g.now)
        and actor.may(Permission.EVALUATOR_PROPOSE, trial.scope),
        "stop": TrialState.STOPPED in TRIAL_TRANSITIONS[trial.state]
        and actor.may(Permission.TRIAL_STOP_PROPOSE, trial.scope),
    }
