"""The datasets of a trial, for its evaluator."""

import json
from collections.abc import Sequence

from flask import Response, g

from trials.calls.queries.trials import trial_by_slug
from trials.people.tokens import TokenScope
from trials.releases import queries, services
from trials.releases.models import Release
from web.api.document import Section
from web.downloads import attachment
from web.releases.schemas import CodebookSchema, ReleaseSchema

bp = Section("api_releases", __name__, description="Datasets of a trial")

FIRST = {
    "release": ("release", "release_id", "/0/id"),
    "dataset": ("dataset", "release_id", "/0/id"),
    "codebook": ("codebook", "release_id", "/0/id"),
}


@bp.get("/trials/<slug:slug>/releases")
@bp.for_token(TokenScope.RELEASES_READ)
@bp.shows(ReleaseSchema(many=True), 404, links=FIRST)
def releases_of_trial(slug: str) -> Sequence[Release]:
    """List the releases of a trial, the newest on top."""
    trial = trial_by_slug(g.session, slug)
    return queries.releases_of(g.session, trial.id, g.actor)


@bp.get("/releases/<int:release_id>")
@bp.for_token(TokenScope.RELEASES_READ)
@bp.shows(ReleaseSchema, 404)
def release(release_id: int) -> Release:
    """Show one release: its version, whether arms are masked, the hash of its file."""
    return queries.release_for(g.session, release_id, g.actor)


@bp.get("/releases/<int:release_id>/pupils.csv")
@bp.for_token(TokenScope.RELEASES_READ)
@bp.shows({"type": "string"}, 404, content_type="text/csv")
def dataset(release_id: int) -> Response:
    """Download the dataset: UTF-8, comma, decimal point, empty is missing. It is logged."""
    found = services.download(g.session, release_id=release_id, actor=g.actor, now=g.now)
    return attachment(found.csv, f"{found.trial.slug}-{found.version}.csv", "text/csv")


@bp.get("/releases/<int:release_id>/datapackage.json")
@bp.for_token(TokenScope.RELEASES_READ)
@bp.shows(CodebookSchema, 404)
def codebook(release_id: int) -> Response:
    """Download the codebook, in the Data Package standard."""
    found = queries.release_for(g.session, release_id, g.actor)
    content = json.dumps(found.codebook, ensure_ascii=False, indent=1).encode()
    return attachment(content, f"{found.trial.slug}-{found.version}.json", "application/json")
