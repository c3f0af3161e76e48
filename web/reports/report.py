"""The page of a trial's estimates and report, and what is done there."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from trials.reports import services
from trials.reports.models import LodgedResult
from web.access import signed_in
from web.forms import Form
from web.reports.blueprint import bp
from web.reports.page import form_for, report_page


@bp.get("/trials/<int:trial_id>/report")
@signed_in
def of_trial(trial_id: int) -> ResponseReturnValue:
    """Show estimate and report. 404 to outsiders, and to all before the true release."""
    return report_page(trial_id)


@bp.post("/trials/<int:trial_id>/lodged-result")
@signed_in
def lodge(trial_id: int) -> ResponseReturnValue:
    """Lodge the evaluator's own result. 403 to who may not, 422 for figures that cannot be."""
    return _act(
        trial_id,
        "lodge",
        lambda form: services.lodge_result(
            g.session,
            trial_id=trial_id,
            result=LodgedResult(**_figures(form)),
            actor=g.actor,
            now=g.now,
        ),
    )


@bp.post("/trials/<int:trial_id>/report")
@signed_in
def write(trial_id: int) -> ResponseReturnValue:
    """Write the next draft. 403 to who may not, 409 once the report is final."""
    return _act(
        trial_id,
        "write",
        lambda form: services.write_report(
            g.session,
            trial_id=trial_id,
            conclusion=(form.data["conclusion_nl"], form.data["conclusion_en"]),
            conditions=(form.data["conditions_nl"], form.data["conditions_en"]),
            actor=g.actor,
            now=g.now,
        ),
    )


@bp.post("/trials/<int:trial_id>/reports/<int:report_id>/review")
@signed_in
def review(trial_id: int, report_id: int) -> ResponseReturnValue:
    """Give one's judgement. 403 to who may not, 409 twice or on a version that is not a draft."""
    return _act(
        trial_id,
        "review",
        lambda form: services.review_report(
            g.session,
            report_id=report_id,
            sound=form.data["sound"] == "yes",
            remarks=form.data["remarks"],
            actor=g.actor,
            now=g.now,
        ),
    )


@bp.post("/trials/<int:trial_id>/reports/<int:report_id>/final")
@signed_in
def finish(trial_id: int, report_id: int) -> ResponseReturnValue:
    """Make the report final. 403 to who may not, 409 before all readers found it sound."""
    return _act(
        trial_id,
        "finish",
        lambda form: services.finish_report(
            g.session, report_id=report_id, actor=g.actor, now=g.now
        ),
    )


def _act(trial_id: int, name: str, use_case: Callable[[Form], Any]) -> ResponseReturnValue:
    form = form_for(name, trial_id)
    if form.accepts(lambda: use_case(form)):
        return redirect(url_for("reports.of_trial", trial_id=trial_id), 303)
    return report_page(trial_id, **{name: form})


def _figures(form: Form) -> dict[str, Any]:
    names = ("arm", "estimate", "std_error", "df", "n_pupils", "software", "script_sha256")
    return {name: form.data[name] for name in names}
