"""From a refusal to a status and a page that says how to go on."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from trials.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotReady,
    ProofNeeded,
    TooOften,
    TrialError,
)
from web.languages import sentence_of

log = structlog.get_logger(__name__)

STATUS: dict[type[TrialError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    ProofNeeded: 403,
    NotReady: 409,
    Conflict: 409,
    BadInput: 422,
    TooOften: 429,
    TrialError: 400,
}

TITLES = {
    400: lazy_gettext("That did not arrive well"),
    401: lazy_gettext("Please sign in first"),
    403: lazy_gettext("This page is not for you"),
    404: lazy_gettext("This page does not exist"),
    405: lazy_gettext("That is not possible here"),
    409: lazy_gettext("This is not possible now"),
    413: lazy_gettext("This file is too big"),
    422: lazy_gettext("Something needs mending"),
    429: lazy_gettext("Too many attempts"),
    500: lazy_gettext("Something went wrong on our side"),
}
ADVICE = {
    400: lazy_gettext("Go back, load the page again and repeat what you did."),
    401: lazy_gettext("Sign in, then open this page again."),
    403: lazy_gettext("You may be signed in as someone else. Ask the contact below for access."),
    404: lazy_gettext("Check the address, or start again from the first page."),
    405: lazy_gettext("Go back and use the buttons on the page."),
    413: lazy_gettext("A file may be 20 MB at most. Split it or leave out columns."),
    429: lazy_gettext("Wait a few minutes and try again."),
    500: lazy_gettext("Nothing of what you sent was stored. Try again in a few minutes."),
}

API_ADVICE = {  # a program reads no page and presses no button
    401: lazy_gettext("Send a token that still works, in the header Authorization: Bearer."),
    404: lazy_gettext("There is nothing at this address; the API is described in openapi.json."),
    405: lazy_gettext("The API can only be read: use GET."),
}


def status_of(refusal: TrialError) -> int:
    """Return the status of the refusal's class, or of the nearest class it comes from."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def handle_errors(app: Flask) -> None:
    app.register_error_handler(TrialError, refused)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(SecurityError, misdirected)
    app.register_error_handler(Exception, crashed)


def refused(refusal: TrialError) -> Response:
    return _answer(status_of(refusal), sentence_of(refusal))


def failed(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.response is not None or error.code < 400:
        return error
    known = error.code if error.code in TITLES else 400 if error.code < 500 else 500
    advice = ADVICE | API_ADVICE if _asked_by_program() else ADVICE
    answer = _answer(known, str(advice.get(known, "")))
    answer.status_code = error.code
    kept = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    answer.headers.extend(kept)  # what the status needs: Allow, Retry-After
    return answer


def misdirected(_error: SecurityError) -> ResponseReturnValue:
    """Asked for under another host's name: no page, since no address on it would hold."""
    return "Bad request\n", 400, {"Content-Type": "text/plain"}


def crashed(error: Exception) -> ResponseReturnValue:
    """Log the error with its traceback; the page tells nothing of it."""
    page = request.url_rule.rule if request.url_rule else None
    log.exception("request failed", page=page, method=request.method)
    if "session" in g:
        g.session.rollback()
    return failed(InternalServerError())


def _asked_by_program() -> bool:
    return request.path.startswith("/api/")


def _answer(status: int, sentence: str) -> Response:
    if _asked_by_program():
        answer = jsonify(code=status, status=HTTPStatus(status).phrase, message=sentence)
    else:
        title = str(TITLES[status])
        page = render_template("error.html", title=title, sentence=sentence, status=status)
        answer = make_response(page)
    answer.status_code = status
    return answer
