"""What the server writes down: which page, how long, how it ended; never who a pupil is."""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

PERSONAL = re.compile(r"\b\d{8,9}\b|[^\s@<>]+@[^\s@<>]+\.\w+|\b[0-9a-f]{32,}\b|\b[\w-]{40,}\b")
REMOVED = "[removed]"
log = structlog.get_logger("web")


def redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping:
    """Take out what looks like a citizen or pupil number, a mail address, a hash or a token."""
    return {
        key: PERSONAL.sub(REMOVED, value) if isinstance(value, str) else value
        for key, value in line.items()
    }


def start_logs(app: Flask) -> None:
    """Write one line of JSON per request and per error to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    """The rule of the page is written, not its address: addresses hold tokens and names."""
    if request.endpoint not in ("static", "home.health"):
        log.info(
            "request",
            method=request.method,
            page=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round(1000 * (time.perf_counter() - g.began)) if "began" in g else None,
            person=g.actor.person_id if g.get("actor") else None,
        )
    return response
