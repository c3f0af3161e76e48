"""Open calls for interventions and for evaluators."""

from collections.abc import Sequence
from typing import Any

from flask import g
from marshmallow import RAISE

from trials.calls.models import Call
from trials.calls.queries import calls as queries
from web.access import public
from web.api.document import Section
from web.calls.schemas import CallFilterSchema, CallSchema

bp = Section("api_calls", __name__, description="Calls for interventions and evaluators")


@bp.get("/calls")
@public
@bp.arguments(CallFilterSchema, location="query", unknown=RAISE)
@bp.shows(CallSchema(many=True), links={"first": ("call", "call_id", "/0/id")})
def open_calls(wanted: dict[str, Any]) -> Sequence[Call]:
    """List the calls that take applications now, the one that closes first on top."""
    kind = wanted.get("kind")
    return [call for call in queries.open_calls(g.session, g.now) if kind in (None, call.kind)]


@bp.get("/calls/<int:call_id>")
@public
@bp.shows(CallSchema, 404)
def call(call_id: int) -> Call:
    """Show one call, open or not. A draft does not exist here."""
    return queries.call_page(g.session, call_id, None)
