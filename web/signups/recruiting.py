"""Opening the call, and recruitment: against its target, school by school, approach by approach."""

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from trials.agreements.queries import locked_protocol
from trials.calls.queries.trials import own_trials, trial_for_party
from trials.days import day_of
from trials.permissions import Permission
from trials.register.queries import site_by_id
from trials.register.search import find_sites
from trials.signups import services
from trials.signups.detecting import planned, with_schools
from trials.signups.queries import approach_log, call_of_trial, recruitment, signups_of_trial
from trials.signups.rows import TAKES_SCHOOLS
from web.access import only_for, signed_in
from web.downloads import attachment
from web.languages import label
from web.signups.blueprint import bp
from web.signups.chart import recruitment_chart
from web.signups.forms import ApproachForm, CallForm, PlacesForm
from web.spreadsheet import as_spreadsheet

MOST_FOUND = 10


@bp.get("/recruitment")
@signed_in
def recruitments() -> ResponseReturnValue:
    """The trials whose recruitment the reader follows."""
    trials = [
        trial
        for trial in own_trials(g.session, g.actor)
        if g.actor.may(Permission.RECRUITMENT_READ, trial.scope)
        and call_of_trial(g.session, trial.id) is not None
    ]
    return render_template("signups/recruitments.html", trials=trials)


@bp.route("/trials/<int:trial_id>/school-call", methods=["GET", "POST"])
@signed_in
def open_call(trial_id: int) -> ResponseReturnValue:
    """Open the call for schools. What the protocol fixes is shown, not asked."""
    trial = trial_for_party(g.session, trial_id, g.actor)
    only_for([trial.scope], Permission.SCHOOL_CALL_OPEN)
    protocol = locked_protocol(g.session, trial_id)
    form = CallForm(places=protocol.size.sites)
    if form.accepts(
        lambda: services.open_school_call(
            g.session, trial_id=trial_id, terms=_terms(form), actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("signups.call", slug=trial.slug), 303)
    return form.page("signups/open_call.html", trial=trial, protocol=protocol)


@bp.route("/trials/<int:trial_id>/recruitment", methods=["GET", "POST"])
@signed_in
def recruiting(trial_id: int) -> ResponseReturnValue:
    """Recruitment against its target, with the effect it buys; places can be changed here."""
    trial = trial_for_party(g.session, trial_id, g.actor)
    seen = recruitment(g.session, trial_id, g.actor)
    form = PlacesForm(places=seen.places)
    if form.accepts(
        lambda: services.change_places(
            g.session, trial_id=trial_id, places=form.places.data, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("signups.recruiting", trial_id=trial_id), 303)
    protocol, call = locked_protocol(g.session, trial_id), call_of_trial(g.session, trial_id)
    return form.page(
        "signups/recruiting.html",
        trial=trial,
        call=call,
        seen=seen,
        protocol=protocol,
        target=planned(protocol),
        reached=with_schools(protocol, seen.taken),
        chart=recruitment_chart(seen, call, g.now),
        schools=signups_of_trial(g.session, trial_id, g.actor) if seen.states is not None else (),
        may_change=g.actor.may(Permission.SCHOOL_CALL_OPEN, trial.scope),
        may_log=g.actor.may(Permission.APPROACH_LOG, trial.scope),
    )


@bp.get("/trials/<int:trial_id>/schools.csv")
@signed_in
def schools_csv(trial_id: int) -> Response:
    """The schools with their status, as a file."""
    header = [gettext("Site code"), gettext("School"), gettext("Since"), gettext("Stands")]
    rows = [
        (
            signup.site.code,
            signup.school_name,
            day_of(signup.submitted_at or signup.interested_at).isoformat(),
            label(signup.state),
        )
        for signup in signups_of_trial(g.session, trial_id, g.actor)
    ]
    return attachment(as_spreadsheet(header, rows), "schools.csv", "text/csv")


@bp.get("/trials/<int:trial_id>/approaches")
@signed_in
def approaches(trial_id: int) -> ResponseReturnValue:
    """The log of every school approached; a recruiter adds to it from here."""
    trial = trial_for_party(g.session, trial_id, g.actor)
    words = request.args.get("q", "")[:200].strip()
    return render_template(
        "signups/approaches.html",
        trial=trial,
        log=approach_log(g.session, trial_id, g.actor),
        words=words,
        sites=find_sites(g.session, words, day_of(g.now), MOST_FOUND),
        may_log=g.actor.may(Permission.APPROACH_LOG, trial.scope) and trial.state in TAKES_SCHOOLS,
    )


@bp.route("/trials/<int:trial_id>/approaches/<int:site_id>", methods=["GET", "POST"])
@signed_in
def log_approach(trial_id: int, site_id: int) -> ResponseReturnValue:
    """Log one contact with a school and its answer."""
    trial = trial_for_party(g.session, trial_id, g.actor)
    only_for([trial.scope], Permission.APPROACH_LOG)
    site = site_by_id(g.session, site_id, day_of(g.now))
    form = ApproachForm()

    def log() -> None:
        channel, answer = form.values
        services.log_approach(
            g.session,
            trial_id=trial_id,
            site_id=site_id,
            channel=channel,
            answer=answer,
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )

    if form.accepts(log):
        return redirect(url_for("signups.approaches", trial_id=trial_id), 303)
    return form.page("signups/log_approach.html", trial=trial, site=site)


def _terms(form: CallForm) -> services.CallTerms:
    return services.CallTerms(
        places=form.places.data,
        opens_at=form.opens_at.data,
        closes_at=form.closes_at.data,
        told_by=form.told_by.data,
        compensation_euro=form.compensation_euro.data,
        control_gets_nl=form.control_gets_nl.data,
        control_gets_en=form.control_gets_en.data,
    )
