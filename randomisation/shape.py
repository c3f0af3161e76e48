"""Does a JSON value have the shape the specification gives it? Each refusal names the place."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from randomisation.errors import RecordError


def object_of(
    value: object, where: str, needed: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the object if it has the needed keys and no others than the optional ones."""
    if not isinstance(value, dict):
        raise RecordError("{where} must be an object", where=where)
    needed = set(needed)
    if missing := sorted(needed - value.keys()):
        raise RecordError('{where} has no "{key}"', where=where, key=missing[0])
    if unknown := sorted(value.keys() - needed - set(optional)):
        raise RecordError('{where} has an unknown key "{key}"', where=where, key=unknown[0])
    return value


def listed(value: object, where: str) -> list[Any]:
    """Return the list if it holds anything."""
    if not isinstance(value, list) or not value:
        raise RecordError("{where} must be a list with at least one entry", where=where)
    return value


def text(value: object, where: str) -> str:
    """Return the text if it has no control characters: line ends separate what is hashed."""
    if not isinstance(value, str):
        raise RecordError("{where} must be text, not {value!r}", where=where, value=value)
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise RecordError("{where} holds a control character, such as a line end", where=where)
    return value


def filled(value: object, where: str) -> str:
    """Return the text if it is not blank."""
    if not text(value, where).strip():
        raise RecordError("{where} is blank; fill it in", where=where)
    return str(value)


def whole(value: object, where: str) -> int:
    """Return the whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise RecordError("{where} must be a whole number, not {value!r}", where=where, value=value)
    return value
