"""Copies of a SQLite database, by SQLite's own means."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from migrations.copies.files import appearing, refuse_existing
from migrations.runner import MigrationRefused


def back_up_sqlite(engine: Engine, target: Path) -> None:
    """Copy the database as it is at one moment; others may go on reading and writing."""
    with appearing(target) as part:
        connection = engine.raw_connection()
        try:
            with closing(sqlite3.connect(part)) as copy:
                driver = connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.backup(copy)  # all pages in one step, so of one moment
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
                _refuse_damaged(copy, target)
        finally:
            connection.close()


def restore_sqlite(source: Path, target: Path, complete: Callable[[Path], None]) -> None:
    """Put the copy ``source`` at ``target``, where nothing may be yet.

    ``complete`` gets the path of the restored file before it takes its place and does what still
    has to be done to it; if it fails, nothing appears.
    """
    _refuse_filled(target)
    with appearing(target) as part:
        with closing(_opened(source)) as copy, closing(sqlite3.connect(part)) as restored:
            _refuse_damaged(copy, source)
            copy.backup(restored)
        complete(part)
        with closing(sqlite3.connect(part)) as restored:
            restored.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            restored.execute("PRAGMA journal_mode=DELETE")


def _opened(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)


def _refuse_damaged(copy: sqlite3.Connection, path: Path) -> None:
    try:
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
        dangling = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise MigrationRefused(f"{path} is no copy of a database, or it is damaged") from error
    if found != "ok" or dangling:
        raise MigrationRefused(f"{path} is damaged: {found}")


def _refuse_filled(target: Path) -> None:
    """A file without a table, as a first connection leaves it, is an empty place."""
    if target.exists():
        with closing(_opened(target)) as there:
            if there.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                refuse_existing(target)
        target.unlink()
    for beside in ("-wal", "-journal"):  # SQLite would play them into the restored database
        refuse_existing(target.with_name(target.name + beside))
