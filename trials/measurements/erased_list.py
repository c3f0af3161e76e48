"""Every day the list of what has been erased is written anew, since a restore needs the newest."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from trials.jobs import Tools, sweep
from trials.measurements.tombstones import tombstones

A_DAY = 24 * 60 * 60.0  # seconds
LIST = Path("erasures") / "tombstones.jsonl"  # in LOTING_VAR; to be copied elsewhere from there


def write_list(session: Session, file: Path) -> int:
    """Write what has been erased to ``file``, one a line, whole or not at all; return how many.

    Each line holds ids, keyed hashes and counts. An older file is replaced.
    """
    lines = [json.dumps(stone, sort_keys=True) for stone in tombstones(session)]
    part = file.with_name(f"{file.name}.part")
    part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    part.replace(file)
    return len(lines)


@sweep
def keep_list(tools: Tools) -> Iterator[tuple[str, int]]:
    """Write the list beside the database when the last one is a day old, by real time."""
    file = tools.var / LIST
    if not file.exists() or time.time() - file.stat().st_mtime >= A_DAY:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tools.sessions() as session:
            write_list(session, file)
    yield from ()
