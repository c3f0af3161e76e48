"""Copies of a PostgreSQL database in a ZIP file: a manifest, and each table as COPY writes it.

The same on every server version, and no program of PostgreSQL's is needed beside ours. The tables
are those of one revision, which a restore makes first.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, inspect

from migrations import runner
from migrations.copies.files import appearing
from migrations.runner import MigrationRefused

FORMAT = "loting-backup/1"
MANIFEST = "manifest.json"
VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table of a copy."""

    name: str
    columns: list[str]
    rows: int
    sha256: str  # of what COPY wrote
    sequence: int | None  # the last number given out


def back_up_postgresql(engine: Engine, target: Path) -> None:
    """Copy the database as it is at one moment; others may go on reading and writing."""
    revision = runner.current(engine)
    if revision is None:
        raise MigrationRefused("the database has no revision; there is nothing to back up")
    inspector = inspect(engine)
    names = [name for name in sorted(inspector.get_table_names()) if name != VERSION_TABLE]
    columns = {name: [c["name"] for c in inspector.get_columns(name)] for name in names}
    with appearing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        with _raw(engine) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            tables = [_copy_out(cursor, archive, name, columns[name]) for name in names]
        manifest = {"format": FORMAT, "revision": revision, "tables": [asdict(t) for t in tables]}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))


def _copy_out(
    cursor: psycopg.Cursor[Any], archive: zipfile.ZipFile, name: str, columns: list[str]
) -> CopiedTable:
    digest = hashlib.sha256()
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(_name(name), _names(columns))
    with archive.open(f"{name}.copy", "w", force_zip64=True) as file, cursor.copy(statement) as out:
        for data in out:
            file.write(data)
            digest.update(data)
    rows = cursor.rowcount
    return CopiedTable(name, columns, rows, digest.hexdigest(), _sequence_of(cursor, name))


def _sequence_of(cursor: psycopg.Cursor[Any], name: str) -> int | None:
    cursor.execute(
        "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)"
        " WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id')",
        [f'"{name}"', f'"{name}"'],
    )
    found = cursor.fetchone()
    return found[0] if found else None


def restore_postgresql(source: Path, engine: Engine, complete: Callable[[], None]) -> None:
    """Put the copy ``source`` into the database of ``engine``, which may hold no table yet.

    ``complete`` does what still has to be done to it. Raises ``MigrationRefused`` for a filled
    database, a damaged copy, and one of a newer Loting; a copy that cannot be put back whole
    leaves the database as empty as it was.
    """
    if set(inspect(engine).get_table_names()) - {VERSION_TABLE} or runner.current(engine):
        raise MigrationRefused("the database is not empty; restore into a new, empty one")
    with _archive(source) as archive:
        revision, tables = _read_manifest(archive, source)
        if revision not in runner.revisions():
            raise MigrationRefused(f"{source} is of revision {revision}, newer than this Loting")
        runner.upgrade(engine, revision)
        try:
            with _raw(engine) as connection, connection.cursor() as cursor:
                _fill(cursor, archive, tables, source)
            complete()
        except BaseException as error:
            runner.downgrade(engine, "base")
            if isinstance(error, zipfile.BadZipFile | zlib.error | KeyError):
                raise _damaged(source) from error
            raise


def _fill(
    cursor: psycopg.Cursor[Any], archive: zipfile.ZipFile, tables: list[CopiedTable], source: Path
) -> None:
    """Load every table with the foreign keys set aside: some tables point at each other."""
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    keys = [tuple(map(sql.SQL, row)) for row in cursor.fetchall()]
    for table, name, _definition in keys:
        cursor.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, name))
    everything = sql.SQL(", ").join(_name(table.name) for table in tables)
    cursor.execute(sql.SQL("TRUNCATE {}").format(everything))
    for copied in tables:
        _copy_in(cursor, archive, copied, source)
    for table, name, definition in keys:
        cursor.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(table, name, definition)
        )


def _copy_in(
    cursor: psycopg.Cursor[Any], archive: zipfile.ZipFile, table: CopiedTable, source: Path
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_name(table.name), _names(table.columns))
    digest = hashlib.sha256()
    with archive.open(f"{table.name}.copy") as file, cursor.copy(statement) as into:
        while data := file.read(2**16):
            into.write(data)
            digest.update(data)
    if (cursor.rowcount, digest.hexdigest()) != (table.rows, table.sha256):
        raise MigrationRefused(f"{source} is damaged: {table.name} is not what was copied")
    if table.sequence is not None:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
            [f'"{table.name}"', table.sequence],
        )


def _archive(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged(source) from error


def _read_manifest(archive: zipfile.ZipFile, source: Path) -> tuple[str, list[CopiedTable]]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        return manifest["revision"], [CopiedTable(**table) for table in manifest["tables"]]
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise _damaged(source) from error


def _damaged(source: Path) -> MigrationRefused:
    return MigrationRefused(f"{source} is no copy of a database, or it is damaged")


@contextmanager
def _raw(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """Own one transaction on the driver's own connection, for COPY."""
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        assert isinstance(connection, psycopg.Connection)
        with connection.transaction():
            yield connection
    finally:
        pooled.close()


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(table)


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
