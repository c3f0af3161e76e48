"""A file on this machine as bytes, for commands that are given its name."""

import stat
from pathlib import Path

from trials.errors import BadInput
from trials.measurements.reading.limits import Limits


def file_bytes(path: Path, limits: Limits) -> bytes:
    """Return what a file holds, never more than the limit and never from a device without an end.

    Raises ``BadInput`` for what is no file, cannot be read or is too large.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before opening it, which may wait for ever
            raise BadInput("{name} is no file; name a file", name=path)
        with path.open("rb") as file:
            content = file.read(limits.megabytes * 1_000_000 + 1)
    except OSError as error:
        raise BadInput("{name} cannot be read: {why}", name=path, why=error.strerror) from error
    except MemoryError as error:
        raise BadInput("the file does not fit in memory; leave out what is not needed") from error
    limits.check_size(len(content))
    return content
