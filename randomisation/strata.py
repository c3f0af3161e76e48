"""Several stratum columns as one name (loting-draw/1, section 2)."""

from collections.abc import Sequence

from randomisation.errors import DesignError


def join_strata(values: Sequence[str]) -> str:
    """Join the values of the stratum columns with ``/``; ``~`` becomes ``~0`` and ``/`` ``~1``.

    The value of a single column stays as it is. Raises DesignError when a value is blank: a blank
    would silently be a stratum of its own.
    """
    for value in values:
        if not value.strip():
            raise DesignError(
                "a stratum is blank; give blanks a name of their own before freezing, "
                'for instance "onbekend"'
            )
    if len(values) == 1:
        return values[0]
    return "/".join(value.replace("~", "~0").replace("/", "~1") for value in values)


def split_strata(joined: str) -> list[str]:
    """Take apart what ``join_strata`` joined; a single column's value is taken as it is."""
    parts = joined.split("/")
    if len(parts) == 1:
        return [joined]
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]
