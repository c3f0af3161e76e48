"""Trials that take schools."""

from collections.abc import Sequence

from flask import g

from trials.signups import queries
from trials.signups.queries import OpenCall
from web.access import public
from web.api.document import Section
from web.signups.schemas import SchoolCallSchema

bp = Section("api_schools", __name__, description="Trials that take schools")


@bp.get("/school-calls")
@public
@bp.shows(SchoolCallSchema(many=True), links={"first": ("school_call", "slug", "/0/trial/slug")})
def open_school_calls() -> Sequence[OpenCall]:
    """List the trials that take schools now, the one that closes first on top."""
    return queries.open_school_calls(g.session, g.now)


@bp.get("/school-calls/<slug:slug>")
@public
@bp.shows(SchoolCallSchema, 404)
def school_call(slug: str) -> OpenCall:
    """Show what a trial asks of schools and offers them, also when it takes none any more."""
    return queries.school_call(g.session, slug, g.now)
