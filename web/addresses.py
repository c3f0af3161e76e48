"""Addresses given by a visitor: which are pages at all, and which are safe to follow."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map, UnicodeConverter

LARGEST = 2**31 - 1  # the largest number that identifies anything in PostgreSQL


class Number(IntegerConverter):
    """A number the database can look up; a larger one is no page rather than an error."""

    def __init__(self, map: Map, fixed_digits: int = 0, max: int = LARGEST, **rest: Any) -> None:
        super().__init__(map, fixed_digits, max=max, **rest)


class Word(UnicodeConverter):
    """Text without the NUL character, which PostgreSQL cannot even be asked for."""

    def __init__(self, map: Map, *arguments: Any, **rest: Any) -> None:
        super().__init__(map, *arguments, **rest)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


class Slug(BaseConverter):
    """The public name of a trial in an address."""

    regex = "[a-z0-9][a-z0-9-]{0,79}"


def read_addresses(app: Flask) -> None:
    """Teach the router what numbers and words may stand in an address."""
    app.url_map.converters.update(int=Number, string=Word, default=Word, slug=Slug)


def local_path(address: str | None, otherwise: str = "/") -> str:
    """Return ``address`` when it is a path on this site, else ``otherwise``."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or any(ord(c) < 32 or c == "\\" for c in address):
        return otherwise
    return address
