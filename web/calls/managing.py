"""NRO's own pages of a call: making it, publishing it, its state, questions, rebuttals."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from trials.calls.models import CallKind
from trials.calls.queries import applications as application_queries
from trials.calls.queries import assessment as assessment_queries
from trials.calls.queries import calls as queries
from trials.calls.queries import trials as trial_queries
from trials.calls.services import calls as services
from trials.permissions import Permission
from web.access import signed_in
from web.calls.blueprint import bp
from web.calls.forms import (
    AnswerForm,
    CallForm,
    ConfirmForm,
    ReasonForm,
    RebuttalRoundForm,
    filled_call_form,
)
from web.forms import Form


@bp.route("/calls/new", methods=["GET", "POST"])
@signed_in
def new_call() -> ResponseReturnValue:
    """Make a call for interventions; ``?trial=ID`` makes one for that trial's evaluator."""
    queries.must_make_calls(g.actor)
    trial_id = request.args.get("trial", type=int)
    kind = CallKind.INTERVENTIONS if trial_id is None else CallKind.EVALUATORS
    trial = trial_queries.trial_for_party(g.session, trial_id, g.actor) if trial_id else None
    form = CallForm()
    if form.accepts(
        lambda: services.create_call(
            g.session, draft=form.draft(kind, trial_id), actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("calls.state", call_id=form.result.id), 303)
    return form.page("calls/edit.html", trial=trial, call=None)


@bp.route("/calls/<int:call_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_call(call_id: int) -> ResponseReturnValue:
    """Change a draft. 422 once it is published."""
    found = queries.managed_call(g.session, call_id, g.actor)
    kind, trial_id = found.kind, found.trial_id
    form = filled_call_form(found)
    if form.accepts(
        lambda: services.change_call(
            g.session,
            call_id=call_id,
            draft=form.draft(kind, trial_id),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("calls.state", call_id=call_id), 303)
    return form.page("calls/edit.html", trial=found.trial, call=found)


@bp.get("/calls/<int:call_id>/state")
@signed_in
def state(call_id: int) -> ResponseReturnValue:
    """How a call stands: sent applications, questions, interests, ranking and what comes next."""
    found = application_queries.council_call(g.session, call_id, g.actor)
    closed = found.is_closed(g.now)
    return render_template(
        "calls/state.html",
        call=found,
        closed=closed,
        may_manage=queries.may_manage(g.actor, found),
        number_sent=queries.number_sent(g.session, found),
        open_questions=queries.open_questions(g.session, found, g.actor),
        interests=_interests(found),
        ranking=assessment_queries.ranking(g.session, found, g.actor, g.now) if closed else None,
    )


def _interests(call: Any) -> Any:
    if not g.actor.may(Permission.INTEREST_RULE, call.scope):
        return ()
    return assessment_queries.interests_of(g.session, call, g.actor)


@bp.route("/calls/<int:call_id>/publish", methods=["GET", "POST"])
@signed_in
def publish(call_id: int) -> ResponseReturnValue:
    """Publish a draft, after reading once more what cannot change afterwards."""
    form = ConfirmForm()
    return _act(
        call_id,
        form,
        lambda: services.publish_call(g.session, call_id=call_id, actor=g.actor, now=g.now),
        title=gettext("Publish this call"),
        lead=gettext(
            "After this, text, dates and criteria stay as they are: all applicants get the same "
            "information."
        ),
        button=gettext("Publish"),
    )


@bp.route("/calls/<int:call_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(call_id: int) -> ResponseReturnValue:
    """End a call without a decision, with a public reason."""
    form = ReasonForm()
    return _act(
        call_id,
        form,
        lambda: services.withdraw_call(
            g.session, call_id=call_id, reason=form.reason.data, actor=g.actor, now=g.now
        ),
        title=gettext("Withdraw this call"),
        lead=gettext("The call ends without a decision. The reason is public."),
        button=gettext("Withdraw the call"),
    )


@bp.route("/calls/<int:call_id>/rebuttal", methods=["GET", "POST"])
@signed_in
def rebuttal_round(call_id: int) -> ResponseReturnValue:
    """Send the assessors' reasons to the applicants and give them time to answer."""
    form = RebuttalRoundForm()
    return _act(
        call_id,
        form,
        lambda: services.open_rebuttal(
            g.session, call_id=call_id, until=form.until.data, actor=g.actor, now=g.now
        ),
        title=gettext("Let applicants answer the assessors"),
        lead=gettext("Applicants then read the reasons, without scores and without names."),
        button=gettext("Begin the round"),
    )


@bp.route("/questions/<int:question_id>/answer", methods=["GET", "POST"])
@signed_in
def answer(question_id: int) -> ResponseReturnValue:
    """Answer a question; both are public at once."""
    question = queries.question_page(g.session, question_id, g.actor)
    form = AnswerForm()
    return _act(
        question.call_id,
        form,
        lambda: services.answer_question(
            g.session,
            question_id=question_id,
            answer=form.answer.data,
            actor=g.actor,
            now=g.now,
        ),
        title=gettext("Answer a question"),
        lead=gettext("Question and answer are public at once, for all applicants alike."),
        quote=question.text,
        button=gettext("Publish the answer"),
    )


def _act(
    call_id: int, form: Form, use_case: Callable[[], Any], **words: str
) -> ResponseReturnValue:
    """One act on a call: its page, or the act and then the state of the call."""
    found = queries.managed_call(g.session, call_id, g.actor)
    if form.accepts(use_case):
        return redirect(url_for("calls.state", call_id=call_id), 303)
    back = url_for("calls.state", call_id=call_id)
    return form.page("calls/act.html", about=found, back=back, **words)
