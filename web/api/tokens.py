"""Who makes a request of the API: the owner of the token it carries, and nobody else."""

from datetime import datetime, timedelta

from flask import Response, abort, g, request
from sqlalchemy.orm import Session

from trials.errors import NotAllowed
from trials.people.services.account import note_token_used
from trials.people.throttle import Limit, count_try
from trials.people.tokens import TokenScope, TokenVisitor, token_visitor
from web.languages import current_language
from web.visitor import Who

REQUESTS = Limit("api", 600)  # per token
NOTED_EVERY = timedelta(minutes=1)
CHALLENGE = 'Bearer realm="Loting"'


def bearer(pages: Who) -> Who:
    """Let a token say who is there under /api/, where no cookie counts; elsewhere ``pages``."""

    def who(session: Session, now: datetime) -> int | None:
        if not request.path.startswith("/api/"):
            return pages(session, now)
        return _owner(session, now)

    return who


def _owner(session: Session, now: datetime) -> int | None:
    """Return the id of the token's owner; 401 for a token that is over, ended or unknown."""
    if "Authorization" not in request.headers:
        return None
    sent = request.authorization
    found = None
    if sent is not None and sent.type == "bearer" and sent.token:
        found = token_visitor(session, sent.token, now)
    if found is None:
        abort(401)
    g.token = found
    return found.actor.person_id


def use_token(scope: TokenScope) -> None:
    """Count this request. Raises ``NotAllowed`` outside the token's scope, or ``TooOften``."""
    token: TokenVisitor | None = g.get("token")
    if token is None:
        abort(401)
    if scope not in token.scopes:
        raise NotAllowed(
            "this token was not made for {scope}; make one that is, under your account",
            scope=scope.value,
        )
    count_try(g.session, REQUESTS, token.token_id, g.now)
    if token.used_at is None or g.now - token.used_at >= NOTED_EVERY:
        note_token_used(g.session, token_id=token.token_id, now=g.now)


def name_the_cure(response: Response) -> Response:
    """Say in headers what helps a program that was refused, and in which language it is told."""
    if not request.path.startswith("/api/"):
        return response
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    if response.status_code == 429:
        response.headers["Retry-After"] = str(int(REQUESTS.within.total_seconds()))
    if response.status_code >= 400:
        response.headers["Content-Language"] = current_language()
    response.vary.add("Accept-Language")
    return response
