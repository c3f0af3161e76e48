"""The applicant's pages: write, check, send, change, take back, answer the assessors."""

from uuid import uuid4

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from trials.calls.models import ApplicantKind, Application
from trials.calls.queries import applications as queries
from trials.calls.queries import calls as call_queries
from trials.calls.services import applications as services
from trials.calls.states import ApplicationState
from web.access import signed_in
from web.calls.application_forms import FORMS, ApplicationForm, filled_form
from web.calls.blueprint import bp
from web.calls.forms import ConfirmForm, RebuttalForm


@bp.route("/calls/<int:call_id>/apply", methods=["GET", "POST"])
@signed_in
def apply(call_id: int) -> ResponseReturnValue:
    """Begin an application; it is kept as a draft until it is sent. 422 outside the dates."""
    call = call_queries.call_page(g.session, call_id, g.actor)
    form = FORMS[call.kind](request_key=uuid4().hex)
    if form.accepts(lambda: _save(call_id, form)):
        return redirect(url_for("calls.check", application_id=form.result.id), 303)
    return form.page("calls/apply.html", call=call, application=None)


@bp.route("/applications/<int:application_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_application(application_id: int) -> ResponseReturnValue:
    """Go on with a draft, or change what was sent while the call is open."""
    application = queries.own_application(g.session, application_id, g.actor)
    call, draft = application.call, application.state is ApplicationState.DRAFT
    form = filled_form(application)
    if draft and form.accepts(lambda: _save(call.id, form)):
        return redirect(url_for("calls.check", application_id=application_id), 303)
    if not draft and form.accepts(
        lambda: services.revise_application(
            g.session,
            application_id=application_id,
            title=form.title.data,
            content=form.content(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("calls.application", application_id=application_id), 303)
    return form.page("calls/apply.html", call=call, application=application)


@bp.route("/applications/<int:application_id>/check", methods=["GET", "POST"])
@signed_in
def check(application_id: int) -> ResponseReturnValue:
    """Read the answers once more, then send. A second press shows what was sent already."""
    application = queries.own_application(g.session, application_id, g.actor)
    form, confirm = filled_form(application, sent=False), ConfirmForm()
    if confirm.validate_on_submit() and form.runs(lambda: _send(application)):
        return redirect(url_for("calls.application", application_id=application_id), 303)
    return form.page("calls/check.html", application=application, confirm=confirm)


@bp.get("/applications/<int:application_id>")
@signed_in
def application(application_id: int) -> ResponseReturnValue:
    """An application as its reader may see it. 404 for whoever may not know of it."""
    return _application_page(application_id, RebuttalForm())


@bp.post("/applications/<int:application_id>/rebuttal")
@signed_in
def rebut(application_id: int) -> ResponseReturnValue:
    """Answer the assessors, once. 422 outside the round."""
    form = RebuttalForm()
    if form.accepts(
        lambda: services.write_rebuttal(
            g.session,
            application_id=application_id,
            text=form.text.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("calls.application", application_id=application_id), 303)
    return _application_page(application_id, form)


@bp.route("/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw_application(application_id: int) -> ResponseReturnValue:
    """Take an application back, at any moment before its decision."""
    application = queries.own_application(g.session, application_id, g.actor)
    form, back = ConfirmForm(), url_for("calls.application", application_id=application_id)
    if form.accepts(
        lambda: services.withdraw_application(
            g.session, application_id=application_id, actor=g.actor, now=g.now
        )
    ):
        return redirect(back, 303)
    return form.page(
        "calls/act.html",
        about=application.call,
        back=back,
        title=gettext("Take your application back"),
        lead=gettext("It will not be assessed any more. You cannot send it again."),
        quote=application.current.title,
        button=gettext("Take it back"),
    )


def _application_page(application_id: int, form: RebuttalForm) -> ResponseReturnValue:
    page = queries.application_page(g.session, application_id, g.actor, g.now)
    call = page.application.call
    until = call.rebuttal_until
    return form.page(
        "calls/application.html",
        page=page,
        application=page.application,
        answers=filled_form(page.application, sent=False),
        call=call,
        may_change=page.own and call.is_open(g.now),
        may_rebut=page.own and page.rebuttal is None and until is not None and g.now < until,
    )


def _save(call_id: int, form: ApplicationForm) -> Application:
    return services.save_draft(
        g.session,
        call_id=call_id,
        request_key=form.request_key.data,
        kind=ApplicantKind(form.kind.data),
        title=form.title.data,
        content=form.content(),
        actor=g.actor,
        now=g.now,
    )


def _send(application: Application) -> Application:
    return services.submit_application(
        g.session,
        call_id=application.call_id,
        request_key=application.request_key,
        kind=application.kind,
        title=application.current.title,
        content=application.current.content,
        actor=g.actor,
        now=g.now,
    )
