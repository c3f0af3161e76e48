"""Files that appear whole or not at all, and never in the place of another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migrations.runner import MigrationRefused


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """Yield the path to write to; it becomes ``target`` when all went well.

    Only the owner may read it: a copy holds all the database holds. Raises ``MigrationRefused``
    when there is a file already.
    """
    refuse_existing(target)
    part = target.with_name(f"{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        _sync(part)
        try:
            os.link(part, target)  # unlike a rename, refuses where a file has come meanwhile
        except FileExistsError:
            refuse_existing(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def refuse_existing(target: Path) -> None:
    if target.exists():
        raise MigrationRefused(f"{target} is there already and is not overwritten")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
