"""The page of a trial's estimates and report, with its forms as they were refused or empty."""

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.permissions import Permission
from trials.reports.overview import Overview, overview_of
from web.forms import Form
from web.reports.forms import (
    EstimateForm,
    ExploreForm,
    FinishForm,
    LodgedForm,
    PostForm,
    ReportForm,
    ReviewForm,
)
from web.reports.refused import sentences, warned

FORMS: dict[str, type[Form]] = {
    "estimate": EstimateForm,
    "explore": ExploreForm,
    "lodge": LodgedForm,
    "post": PostForm,
    "write": ReportForm,
    "review": ReviewForm,
    "finish": FinishForm,
}


def form_for(name: str, trial_id: int) -> Form:
    """Return the form that was sent, with the choices this trial has.

    Raises ``NotFound`` to who neither writes nor reads the report.
    """
    overview = overview_of(g.session, trial_id, g.actor)
    return _offered(FORMS[name](), overview)


def report_page(trial_id: int, **refused: Form) -> ResponseReturnValue:
    """Render the page; 422 with a form that was refused."""
    overview = overview_of(g.session, trial_id, g.actor)
    page = render_template(
        "reports/of_trial.html",
        trial=overview.trial,
        overview=overview,
        address=lambda number: url_for("reports.estimate_json", trial_id=trial_id, number=number),
        could_not=sentences(overview.estimation.refusals) if overview.estimation else [],
        warnings=warned(overview.estimates.primary.result["warnings"])
        if overview.estimates
        else [],
        may={p.value: g.actor.may(p, overview.trial.scope) for p in Permission},
        refused=next(iter(refused.values()), None),
        forms={
            name: refused.get(name) or _offered(_empty(form, overview), overview)
            for name, form in FORMS.items()
        },
    )
    return page, 422 if refused else 200


def _empty(form: type[Form], overview: Overview) -> Form:
    """Return a form to fill in; a new version of the report begins as the one before it."""
    earlier = overview.report if form is ReportForm else None
    return form(formdata=None, obj=earlier)


def _offered(form: Form, overview: Overview) -> Form:
    if isinstance(form, LodgedForm):
        form.offer(overview.protocol)
    if isinstance(form, ExploreForm):
        form.offer(overview.protocol, overview.plan, overview.titles)
    return form
