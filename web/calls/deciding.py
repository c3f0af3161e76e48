"""Proposing what takes two persons: an award, the refusal of the rest, an evaluator, a stop."""

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from trials.calls.models import Application
from trials.calls.queries import applications as queries
from trials.calls.queries import calls as call_queries
from trials.calls.queries import trials as trial_queries
from trials.calls.services.awards import suggested_slug
from trials.calls.states import ApplicationState
from trials.people.acts import act_named
from trials.people.proposals import propose
from web.access import only_for, signed_in
from web.calls.blueprint import bp
from web.calls.forms import AppointForm, AwardForm, StopForm
from web.forms import Form


@bp.route("/applications/<int:application_id>/award", methods=["GET", "POST"])
@signed_in
def award(application_id: int) -> ResponseReturnValue:
    """Propose to award an application. 422 while scores or rulings are wanting."""
    page = queries.application_page(g.session, application_id, g.actor, g.now)
    application = page.application
    form = AwardForm(data=_award_suggested(application))
    return _propose(
        "award",
        application_id,
        form,
        dict(form.data),
        about=application.call,
        back=url_for("calls.state", call_id=application.call_id),
        title=gettext("Propose to award “%(title)s”", title=application.current.title),
    )


def _award_suggested(application: Application) -> dict[str, Any]:
    version = application.current
    return {
        "title_nl": version.title,
        "title_en": version.content.get("title_en", ""),
        "summary_nl": version.content.get("summary_nl", ""),
        "summary_en": version.content.get("summary_en", ""),
        "slug": suggested_slug(version.title),
    }


@bp.route("/calls/<int:call_id>/refuse", methods=["GET", "POST"])
@signed_in
def refuse(call_id: int) -> ResponseReturnValue:
    """Propose to refuse every application that is left; the call is then decided."""
    call = queries.council_call(g.session, call_id, g.actor)
    left = [
        application
        for application in queries.applications_of(g.session, call, g.actor, g.now)
        if application.state is ApplicationState.SUBMITTED
    ]
    form = _refusal_form(left)()
    reasons = {str(a.id): form[f"reasons_{a.id}"].data or "" for a in left}
    return _propose(
        "refuse_rest",
        call_id,
        form,
        {"reasons": reasons},
        about=call,
        back=url_for("calls.state", call_id=call_id),
        title=gettext("Propose to close this call"),
        lead=gettext("Every application that is left is refused, each with its own reasons.")
        if left
        else gettext("No application is left to refuse."),
    )


def _refusal_form(left: list[Application]) -> type[Form]:
    """Return a form with a reason for each application that is left."""
    fields: dict[str, Any] = {
        f"reasons_{application.id}": TextAreaField(
            gettext("Reasons: %(title)s", title=application.current.title),
            [InputRequired(), Length(max=4000)],
        )
        for application in left
    }
    return type("RefusalForm", (Form,), fields)


@bp.route("/trials/<int:trial_id>/appoint", methods=["GET", "POST"])
@signed_in
def appoint(trial_id: int) -> ResponseReturnValue:
    """Propose the evaluator of a trial and the two persons who work for it."""
    trial = trial_queries.trial_for_party(g.session, trial_id, g.actor)
    call = call_queries.evaluator_call_of(g.session, trial_id, g.actor)
    applications = [
        application
        for application in queries.applications_of(g.session, call, g.actor, g.now)
        if application.state is ApplicationState.SUBMITTED
    ]
    form = AppointForm()
    form.application_id.choices = [SelectChoice(a.id, a.current.title) for a in applications]
    people = [
        SelectChoice(person.id, f"{person.name} ({application.organisation.name})")
        for application in applications
        if application.organisation is not None
        for person in trial_queries.possible_members(
            g.session, application.organisation.id, g.actor
        )
    ]
    form.trial_manager_id.choices = form.analyst_id.choices = people
    return _propose(
        "appoint",
        trial_id,
        form,
        dict(form.data),
        about=trial,
        back=url_for("calls.trial", slug=trial.slug),
        title=gettext("Propose the evaluator"),
        lead=gettext("The evaluator may have no tie to the provider or the intervention."),
    )


@bp.route("/trials/<int:trial_id>/stop", methods=["GET", "POST"])
@signed_in
def stop(trial_id: int) -> ResponseReturnValue:
    """Propose to stop a trial, with a reason from the list and a public explanation."""
    trial = trial_queries.trial_for_party(g.session, trial_id, g.actor)
    form = StopForm().offer_reasons()
    return _propose(
        "stop",
        trial_id,
        form,
        dict(form.data),
        about=trial,
        back=url_for("calls.trial", slug=trial.slug),
        title=gettext("Propose to stop this trial"),
        lead=gettext("A stopped trial stays visible with its reason. It cannot go on later."),
    )


def _propose(
    act: str, subject_id: int, form: Form, wish: dict[str, Any], **words: Any
) -> ResponseReturnValue:
    """Propose, or show the form; a proposal goes to its own page. 404 for who may not propose."""
    asked = act_named(act)
    only_for(asked.scopes(g.session, subject_id), asked.propose)
    wish.pop("csrf_token", None)
    if request.method == "POST" and form.accepts(
        lambda: propose(
            g.session, act=act, subject_id=subject_id, wish=wish, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=form.result.id), 303)
    return form.page("calls/act.html", button=gettext("Propose"), two_persons=True, **words)
