"""How large a file may be before anything looks inside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps that are checked before parsing."""

    megabytes: int
    rows: int
    columns: int


UPLOAD_LIMITS = Limits(megabytes=25, rows=250_000, columns=500)
