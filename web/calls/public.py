"""What anyone may read: the calls, one call, and the catalogue of interventions."""

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.calls.queries import applications as application_queries
from trials.calls.queries import calls as queries
from trials.calls.queries import trials as trial_queries
from trials.calls.services import calls as services
from trials.permissions import Permission
from web.access import public, signed_in
from web.calls.blueprint import bp
from web.calls.forms import QuestionForm
from web.downloads import attachment
from web.spreadsheet import as_spreadsheet


@bp.get("/calls")
@public
def index() -> ResponseReturnValue:
    """Every public call; managers find their drafts here too."""
    return render_template(
        "calls/index.html",
        calls=queries.public_calls(g.session),
        drafts=[
            call
            for call in (queries.managed_calls(g.session, g.actor) if g.actor else ())
            if call.state.value == "draft"
        ],
        may_create=bool(g.actor and g.actor.may(Permission.CALL_MANAGE)),
    )


@bp.get("/calls.csv")
@public
def index_csv() -> Response:
    """The same list as a file; times in UTC."""
    rows = [
        (
            call.id,
            call.kind.value,
            call.title_nl,
            call.title_en,
            call.state.value,
            call.opens_at.isoformat(),
            call.closes_at.isoformat(),
        )
        for call in queries.public_calls(g.session)
    ]
    header = ("call", "kind", "title_nl", "title_en", "state", "opens_at", "closes_at")
    return attachment(as_spreadsheet(header, rows), "calls.csv", "text/csv")


@bp.get("/calls/<int:call_id>")
@public
def call(call_id: int) -> ResponseReturnValue:
    """One call with criteria, dates and questions. 404 for a draft of others."""
    return _call_page(call_id, QuestionForm())


@bp.post("/calls/<int:call_id>/questions")
@signed_in
def ask(call_id: int) -> ResponseReturnValue:
    """Ask a question. 422 outside its round or when empty."""
    form = QuestionForm()
    if form.accepts(
        lambda: services.ask_question(
            g.session, call_id=call_id, text=form.text.data, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("calls.call", call_id=call_id, asked=1) + "#questions", 303)
    return _call_page(call_id, form)


def _call_page(call_id: int, form: QuestionForm) -> ResponseReturnValue:
    found = queries.call_page(g.session, call_id, g.actor)
    own = application_queries.own_applications(g.session, g.actor) if g.actor else ()
    may_apply = bool(g.actor and g.actor.may(Permission.APPLICATION_SUBMIT, found.scope))
    return form.page(
        "calls/call.html",
        call=found,
        questions=queries.answered_questions(g.session, call_id),
        own=[application for application in own if application.call_id == call_id],
        may_apply=may_apply,
        may_ask=may_apply and found.is_open(g.now) and g.now < found.questions_until,
        may_manage=queries.may_manage(g.actor, found),
        may_assess=bool(g.actor and g.actor.may(Permission.APPLICATION_SCORE, found.scope)),
    )


@bp.get("/interventions")
@public
def catalogue() -> ResponseReturnValue:
    """The catalogue, by group of the menukaart."""
    return render_template("calls/catalogue.html", interventions=trial_queries.catalogue(g.session))


@bp.get("/interventions/<int:intervention_id>")
@public
def intervention(intervention_id: int) -> ResponseReturnValue:
    """One intervention and its trials."""
    return render_template(
        "calls/intervention.html",
        intervention=trial_queries.intervention_page(g.session, intervention_id),
        trials=trial_queries.trials_of(g.session, intervention_id),
    )
