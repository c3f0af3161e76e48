"""The canonical form J of loting-draw/1, section 2: one value, one sequence of bytes."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, NoReturn

from randomisation.errors import RecordError


def canonical(value: object) -> bytes:
    """Return J(value): UTF-8, NFC, keys sorted by code point, no white space, no floats.

    Raises RecordError for anything but objects, lists, texts and integers.
    """
    text = json.dumps(normalised(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(value: object) -> str:
    """Return the SHA-256 of J(value) as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def read_json(text: str | bytes) -> Any:
    """Read JSON of the canonical kind: normalised to NFC, no key twice, no floats.

    Raises RecordError, also for an integer written in another way than J writes it (``-0``).
    """
    try:
        value = json.loads(
            text.decode() if isinstance(text, bytes) else text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_not_plain,
            parse_constant=_not_plain,
        )
    except RecordError:
        raise
    except (ValueError, RecursionError) as error:
        raise RecordError("this is not a JSON document in UTF-8: {why}", why=error) from error
    return normalised(value)


def normalised(value: object) -> Any:
    """Return the value as plain dicts, lists, NFC texts and integers; refuse anything else."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return _object([(_text(key), normalised(item)) for key, item in value.items()])
    if isinstance(value, list | tuple):
        return [normalised(item) for item in value]
    raise RecordError(
        "{value!r} cannot stand in a record; write numbers as whole numbers or as decimal text",
        value=value,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise RecordError("{value!r} cannot be a key; keys are texts", value=value)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise RecordError("{value!r} holds half a character and cannot be written", value=value)
    return unicodedata.normalize("NFC", value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, item in pairs:
        name = _text(key)
        if name in seen:
            raise RecordError('the key "{key}" occurs twice in one object', key=name)
        seen[name] = item
    return seen


def _integer(text: str) -> int:
    value = int(text)
    if str(value) != text:
        raise RecordError("{text} is not how a whole number is written", text=text)
    return value


def _not_plain(text: str) -> NoReturn:
    raise RecordError('{text} is not a whole number; write it as text: "{text}"', text=text)
