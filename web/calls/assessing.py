"""The assessor's pages: what ties me to this, my scores, the ranking; and NRO's rulings."""

from typing import Any

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from trials.calls.drafts import HIGHEST_SCORE, LOWEST_SCORE
from trials.calls.models import Call
from trials.calls.queries import applications as queries
from trials.calls.queries import assessment
from trials.calls.queries import calls as call_queries
from trials.calls.services import assessment as services
from web.access import signed_in
from web.calls.blueprint import bp
from web.calls.forms import DeclarationForm, RulingForm
from web.downloads import attachment
from web.forms import Form
from web.languages import words
from web.spreadsheet import as_spreadsheet

SCALE = [SelectChoice("", "")] + [
    SelectChoice(str(value), str(value)) for value in range(LOWEST_SCORE, HIGHEST_SCORE + 1)
]


@bp.get("/calls/<int:call_id>/assess")
@signed_in
def assess(call_id: int) -> ResponseReturnValue:
    """What an assessor has to declare on and to score. 404 for others."""
    call = call_queries.call_page(g.session, call_id, g.actor)
    return render_template(
        "calls/assess.html",
        call=call,
        lines=assessment.to_assess(g.session, call, g.actor, g.now),
    )


@bp.route("/applications/<int:application_id>/declare", methods=["GET", "POST"])
@signed_in
def declare(application_id: int) -> ResponseReturnValue:
    """Declare what ties the assessor to an application, before reading it."""
    line = assessment.line_to_assess(g.session, application_id, g.actor, g.now)
    form, call = DeclarationForm(), line.application.call

    def use_case() -> object:
        return services.declare_interest(
            g.session,
            application_id=application_id,
            relation=_relation(form),
            actor=g.actor,
            now=g.now,
        )

    if form.accepts(use_case):
        return redirect(url_for("calls.assess", call_id=call.id), 303)
    return form.page("calls/declare.html", application=line.application, call=call)


def _relation(form: DeclarationForm) -> str:
    """Empty when nothing ties; a tie that is not described is a tie all the same."""
    if form.tied.data == "no":
        return ""
    return form.relation.data or gettext("Declared without a description.")


@bp.route("/applications/<int:application_id>/score", methods=["GET", "POST"])
@signed_in
def score(application_id: int) -> ResponseReturnValue:
    """Score every criterion with a reason. 404 for whoever has a conflict of interest."""
    assessment.line_to_assess(g.session, application_id, g.actor, g.now)
    page = queries.application_page(g.session, application_id, g.actor, g.now)
    call = page.application.call
    form = _score_form(call)(data=_scores_so_far(page))
    if form.accepts(
        lambda: services.score_application(
            g.session,
            application_id=application_id,
            marks={
                criterion.id: services.Mark(
                    int(form[f"value_{criterion.id}"].data),
                    form[f"reason_{criterion.id}"].data,
                )
                for criterion in call.criteria
            },
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("calls.assess", call_id=call.id), 303)
    return form.page("calls/score.html", page=page, application=page.application, call=call)


def _score_form(call: Call) -> type[Form]:
    """Return a form with a score and a reason for each criterion of the call."""
    fields: dict[str, Any] = {}
    for criterion in call.criteria:
        name = words(criterion, "name")
        fields[f"value_{criterion.id}"] = SelectField(
            gettext("Score: %(criterion)s", criterion=name), [InputRequired()], choices=SCALE
        )
        fields[f"reason_{criterion.id}"] = TextAreaField(
            gettext("Reason: %(criterion)s", criterion=name),
            [InputRequired(), Length(max=2000)],
            description=lazy_gettext("The applicant reads this, without your name."),
        )
    return type("ScoreForm", (Form,), fields)


def _scores_so_far(page: queries.ApplicationPage) -> dict[str, str]:
    own = [j for j in page.judgements if j.assessor and j.assessor.id == g.actor.person_id]
    values = {f"value_{j.criterion.id}": str(j.value) for j in own}
    return values | {f"reason_{j.criterion.id}": j.reason for j in own}


@bp.get("/calls/<int:call_id>/ranking")
@signed_in
def ranking(call_id: int) -> ResponseReturnValue:
    """The ranking. 404 for an assessor kept away from any of it, 409 before it is complete."""
    call = call_queries.call_page(g.session, call_id, g.actor)
    return render_template(
        "calls/ranking.html",
        call=call,
        ranking=assessment.ranking(g.session, call, g.actor, g.now),
    )


@bp.get("/calls/<int:call_id>/ranking.csv")
@signed_in
def ranking_csv(call_id: int) -> Response:
    """The ranking as a table, under the same conditions."""
    call = call_queries.call_page(g.session, call_id, g.actor)
    found = assessment.ranking(g.session, call, g.actor, g.now)
    criteria = [words(criterion, "name") for criterion in call.criteria]
    rows = [
        (
            standing.rank,
            found.applications[standing.application_id].current.title,
            f"{float(standing.weighted):.2f}",
            *(f"{float(mean):.2f}" for mean in standing.means),
            standing.assessors,
        )
        for standing in found.standings
    ]
    header = ("rank", "application", "weighted_mean", *criteria, "assessors")
    return attachment(as_spreadsheet(header, rows), f"ranking-{call_id}.csv", "text/csv")


@bp.route("/applications/<int:application_id>/interests/<int:assessor_id>", methods=["GET", "POST"])
@signed_in
def rule(application_id: int, assessor_id: int) -> ResponseReturnValue:
    """Rule on an assessor's declaration, with reasons."""
    declared = assessment.interest_page(g.session, application_id, assessor_id, g.actor)
    form, call = RulingForm(), declared.application.call
    if form.accepts(
        lambda: services.rule_on_interest(
            g.session,
            application_id=application_id,
            assessor_id=assessor_id,
            may_score=form.may_score.data == "yes",
            ruling=form.ruling.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("calls.state", call_id=call.id), 303)
    return form.page(
        "calls/act.html",
        about=call,
        back=url_for("calls.state", call_id=call.id),
        title=gettext("Rule on an interest"),
        lead=gettext(
            "%(assessor)s, about “%(title)s”:",
            assessor=declared.assessor.name,
            title=declared.application.current.title,
        ),
        quote=declared.relation or gettext("Nothing ties me to this application."),
        button=gettext("Keep this ruling"),
    )
