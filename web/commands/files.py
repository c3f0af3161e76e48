"""A file on this machine as bytes, for commands that are given its name."""

import stat
from pathlib import Path

from trials.errors import BadInput

RECORD_MEGABYTES = 100  # of a sealed record or receipt


def file_bytes(path: Path, *, megabytes: int) -> bytes:
    """Return what a file holds, never more than ``megabytes`` nor from a device without an end.

    Raises ``BadInput`` for what is no file, cannot be read or is too large.
    """
    most = megabytes * 1_000_000
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before opening it, which may wait for ever
            raise BadInput("{name} is no file; name a file", name=path)
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise BadInput("{name} cannot be read: {why}", name=path, why=error.strerror) from error
    except MemoryError as error:
        raise BadInput("{name} does not fit in memory; name a smaller file", name=path) from error
    if len(content) > most:
        raise BadInput(
            "{name} is larger than {most} MB; check which file it is", name=path, most=megabytes
        )
    return content
