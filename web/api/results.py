"""Published results, null results among them, and the trials that were stopped."""

from collections.abc import Sequence

from flask import Response, g, jsonify

from trials.calls.models import Trial
from trials.evidence import queries
from trials.evidence.queries import Result
from web.access import public
from web.api.document import Section
from web.evidence.schemas import EstimateSchema, FinishedTrialSchema, ResultSchema

bp = Section("api_results", __name__, description="Results, null results among them")

FIRST = {
    "result": ("result", "slug", "/0/slug"),
    "estimate": ("estimate", "slug", "/0/slug"),
}


@bp.get("/results")
@public
@bp.shows(FinishedTrialSchema(many=True), links=FIRST)
def results() -> Sequence[Trial]:
    """List every trial that was published, the newest on top, then every one that was stopped."""
    return [*queries.published_trials(g.session), *queries.stopped_trials(g.session)]


@bp.get("/results/<slug:slug>")
@public
@bp.shows(ResultSchema, 404)
def result(slug: str) -> Result:
    """Show a published result: conclusion, ratings, flow of schools and pupils."""
    return queries.published_result(g.session, slug)


@bp.get("/results/<slug:slug>/estimate")
@public
@bp.shows(EstimateSchema, 404)
def estimate(slug: str) -> Response:
    """Show the planned estimate, unrounded, as `loting estimate --json` prints it."""
    return jsonify(queries.published_result(g.session, slug).estimates.primary.result)
