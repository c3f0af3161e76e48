"""Addresses given by a visitor, made safe to follow."""

from urllib.parse import urlsplit


def local_path(address: str | None, otherwise: str = "/") -> str:
    """Return ``address`` when it is a path on this site, else ``otherwise``."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or any(ord(c) < 32 or c == "\\" for c in address):
        return otherwise
    return address
