"""Bring a database to a revision, all of the way or not at all.

There is no alembic.ini: these functions take an engine, and everything happens on one connection in
one transaction, on SQLite too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

FOLDER = Path(__file__).parent
OURS = {"alembic_version"}
LOCK = 7_061_216  # any number of our own; PostgreSQL lets one holder in at a time


class MigrationRefused(Exception):
    """The database cannot go there; the sentence says why and what to do."""


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the database to ``target``, by default the newest revision.

    Raises ``MigrationRefused`` for a database with tables of unknown origin.
    """
    with _whole_change(engine) as connection:
        if _current(connection) is None and set(inspect(connection).get_table_names()) - OURS:
            raise MigrationRefused(
                "the database holds tables but no revision; start with an empty database"
            )
        command.upgrade(_config(connection), target)


def downgrade(engine: Engine, target: str = "-1") -> None:
    """Bring the database back to ``target``, by default by one revision; ``base`` is nothing.

    Raises ``MigrationRefused`` when there is nothing to go back from.
    """
    with _whole_change(engine) as connection:
        if _current(connection) is None:
            raise MigrationRefused("the database has no revision to go back from")
        command.downgrade(_config(connection), target)


def current(engine: Engine) -> str | None:
    """Return the revision the database is at, or None before the first."""
    with engine.connect() as connection:
        return _current(connection)


def head() -> str:
    """Return the newest revision there is."""
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    if newest is None:
        raise MigrationRefused("there are no revisions; the installation is not whole")
    return newest


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    scripts = ScriptDirectory(str(FOLDER))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config(stdout=StringIO(), attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _whole_change(engine: Engine) -> Iterator[Connection]:
    """Own one transaction that nobody else writes in.

    SQLite alters a table by making it anew, which foreign keys would forbid half-way: they are
    off until the end, and checked before the commit.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(writes=True) as connection:
        if sqlite:
            _enforce_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                yield connection
                if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                    raise MigrationRefused("a row would be left pointing at nothing; undone")
        finally:
            if sqlite:
                _enforce_foreign_keys(connection, on=True)


def _enforce_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Outside any transaction, or SQLite ignores it: so past SQLAlchemy, which would begin one."""
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")  # type: ignore[attr-defined]
