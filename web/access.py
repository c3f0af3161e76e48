"""Who may reach a view: every view carries exactly one rule, and one without is refused.

What a person may do there is decided in services and queries, not here.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trials.errors import NotFound
from trials.permissions import Permission, Scope

View = TypeVar("View", bound=Callable)

PUBLIC = "public"
SIGNED_IN = "signed_in"
UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes


def public(view: View) -> View:
    """Let anyone reach this view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let only signed-in persons reach this view; others are sent to sign in first."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def only_for(scopes: Iterable[Scope], *permissions: Permission) -> None:
    """Let a page with a form be found by those only who may send it, with any of ``permissions``.

    The services decide once more. Raises ``NotFound``.
    """
    reach = tuple(scopes)
    if g.actor is None or not any(g.actor.may(each, *reach) for each in permissions):
        raise NotFound("there is no such page")


def accepts_upload(view: View) -> View:
    """Let this view receive a file of up to ``UPLOAD_LIMIT`` bytes; others take 1 MB."""
    view.upload = True  # type: ignore[attr-defined]
    return view


def rule_of(view: Callable, method: str) -> str | None:
    """Return the rule of a view function, or of the method of a class-based view."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, method.lower(), view)
    return getattr(view, "access", None)


def guard() -> ResponseReturnValue | None:
    """Refuse before the view runs. Runs after ``g.actor`` is known."""
    if request.endpoint is None:
        return None  # no such page; the router answers 404
    rule = rule_of(current_app.view_functions[request.endpoint], request.method)
    if rule == PUBLIC:
        return None
    if rule != SIGNED_IN:
        abort(403)
    if g.actor is not None:
        return None
    if request.method != "GET" or request.path.startswith("/api/"):
        abort(401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)


def allow_upload() -> None:
    """Raise the body limit where a file is expected; must run before the body is read."""
    if request.endpoint is not None:
        view = current_app.view_functions[request.endpoint]
        if getattr(view, "upload", False):
            request.max_content_length = UPLOAD_LIMIT


def refuse_nul() -> None:
    """Refuse the NUL character, which nobody types and PostgreSQL can neither store nor look for.

    The API holds whatever it is sent against a list, and answers in its own way.
    """
    if request.path.startswith("/api/"):
        return
    if any("\0" in text for _, texts in request.values.lists() for text in texts):
        abort(400)


def protect(app: Flask) -> None:
    """Make deny-by-default part of every request; Flask's own static files are public."""
    if "static" in app.view_functions:
        app.view_functions["static"] = public(_copy_of(app.view_functions["static"]))


def _copy_of(view: Callable) -> Callable:
    def static(**arguments: object) -> ResponseReturnValue:
        return view(**arguments)

    return static
