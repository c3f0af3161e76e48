"""Security headers on every answer."""

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
YEAR = 365 * 24 * 3600


def add_headers(response: Response) -> Response:
    """Strict content policy, no framing, no sniffing; nothing of a signed-in page is kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if g.get("actor") is not None and request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response


def add_transport_security(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
    return response


def send_headers(app: Flask, *, secure: bool) -> None:
    app.after_request(add_headers)
    if secure:
        app.after_request(add_transport_security)
