"""How far the sign-ups of schools are, for whoever may know."""

from collections.abc import Sequence
from typing import Any

from flask import g
from marshmallow import RAISE

from trials.calls.queries.trials import trial_by_slug
from trials.people.tokens import TokenScope
from trials.permissions import Permission
from trials.signups import queries
from trials.signups.models import Signup
from web.api.document import Section
from web.signups.schemas import SignupFilterSchema, SignupSchema

bp = Section("api_signups", __name__, description="Schools that signed up")


@bp.get("/signups")
@bp.for_token(TokenScope.SIGNUPS_READ)
@bp.arguments(SignupFilterSchema, location="query", unknown=RAISE)
@bp.shows(SignupSchema(many=True), links={"first": ("signup", "signup_id", "/0/id")})
def signups(wanted: dict[str, Any]) -> Sequence[Signup]:
    """List the sign-ups in which you have a part, the newest on top."""
    found = queries.readable_signups(g.session, g.actor, Permission.SIGNUP_READ)
    state = wanted.get("state")
    return [signup for signup in found if state in (None, signup.state)]


@bp.get("/signups/<int:signup_id>")
@bp.for_token(TokenScope.SIGNUPS_READ)
@bp.shows(SignupSchema, 404)
def signup(signup_id: int) -> Signup:
    """Show how far one sign-up is."""
    return queries.signup_for(g.session, signup_id, g.actor)


@bp.get("/trials/<slug:slug>/signups")
@bp.for_token(TokenScope.SIGNUPS_READ)
@bp.shows(SignupSchema(many=True), 404)
def signups_of_trial(slug: str) -> Sequence[Signup]:
    """List the schools of a trial by name, for its trial manager and for the council."""
    trial = trial_by_slug(g.session, slug)
    return queries.signups_of_trial(g.session, trial.id, g.actor)
