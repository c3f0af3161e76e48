"""Roles and what they reach, in words."""

from flask_babel import gettext, lazy_gettext

from trials.permissions import HeldRole, Role, Scope, ScopeKind
from web.roles import ROLE_WORDS

REACH = {
    ScopeKind.PROGRAMME: lazy_gettext("the whole programme"),
    ScopeKind.CALL: lazy_gettext("call"),
    ScopeKind.TRIAL: lazy_gettext("trial"),
    ScopeKind.BOARD: lazy_gettext("school board"),
    ScopeKind.SIGNUP: lazy_gettext("sign-up"),
}


def scope_in_words(scope: Scope) -> str:
    """Return "the whole programme" or "trial 3"."""
    words = str(REACH[scope.kind])
    return words if scope.id is None else f"{words} {scope.id}"


def role_in_words(role: Role, scope: Scope) -> str:
    """Return "Recruiter of schools, trial 3"."""
    words = str(ROLE_WORDS[role])
    return f"{words[:1].upper()}{words[1:]}, {scope_in_words(scope)}"


def held_in_words(held: HeldRole) -> str:
    words = role_in_words(held.role, held.scope)
    return gettext("%(role)s, by mandate", role=words) if held.principal_id else words
