"""``loting db``: upgrade, downgrade, check, back up and restore the database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from migrations import drift, runner
from migrations.copies import (
    back_up_postgresql,
    back_up_sqlite,
    restore_postgresql,
    restore_sqlite,
)
from trials.audit import verify_chain
from trials.database import make_engine
from trials.measurements.erased_list import write_list
from trials.measurements.tombstones import Tombstone, replay_erasures
from trials.schema import metadata
from web.commands import Refused
from web.settings import read_settings


@click.group()
def db_command() -> None:
    """Upgrade, check, back up and restore the database of LOTING_DATABASE_URL."""


@db_command.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to REVISION, by default the newest; all of it or nothing."""
    with _database() as engine:
        before = runner.current(engine)
        runner.upgrade(engine, revision)
        after = runner.current(engine)
    if before == after:
        click.echo(f"The database is at revision {after} already.")
    else:
        click.echo(f"The database went from revision {before or 'nothing'} to {after}.")


@db_command.command()
@click.argument("revision", default="-1")
@click.option("--yes", is_flag=True, help="Do not ask.")
def downgrade(revision: str, yes: bool) -> None:
    """Bring the database back to REVISION, by default by one; "base" leaves no table.

    What only the newer revision can hold is lost: make a backup first.
    """
    with _database() as engine:
        before = runner.current(engine)
        if not yes:
            click.confirm(
                f"What only revision {before} can hold will be lost. Go back?", abort=True
            )
        runner.downgrade(engine, revision)
        after = runner.current(engine)
    click.echo(f"The database went back from revision {before} to {after or 'nothing'}.")


@db_command.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Say whether the database is at the newest revision and as the code expects it."""
    with _database() as engine:
        at, newest = runner.current(engine), runner.head()
        if at != newest:
            click.echo(f"The database is at revision {at or 'nothing'}; the newest is {newest}.")
            click.echo("Bring it there with: loting db upgrade")
            context.exit(1)
        differences = drift.drift(engine, metadata)
    for difference in differences:
        click.echo(difference)
    if differences:
        click.echo(f"The database differs from the code in {len(differences)} places.")
        context.exit(1)
    click.echo(f"The database is at revision {at}, the newest, and as the code expects it.")


@db_command.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the whole database to FILE while others go on working.

    Not in it, and to be kept apart from it: the folder of pupil keys, and the list of what has
    been erased since (loting db tombstones).
    """
    with _database() as engine:
        if engine.dialect.name == "sqlite":
            back_up_sqlite(engine, file)
        else:
            back_up_postgresql(engine, file)
        at = runner.current(engine)
    click.echo(f"The database, at revision {at}, was copied to {file}.")


@db_command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def tombstones(file: Path) -> None:
    """Write what has been erased to FILE: keep it elsewhere, a restore needs the newest.

    Each line holds ids, keyed hashes and counts. An older FILE is replaced. The server writes the
    same list to erasures/tombstones.jsonl in LOTING_VAR every day.
    """
    with _database() as engine, Session(engine) as session:
        number = write_list(session, file)
    click.echo(f"{number} erasures are in {file}.")


@db_command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tombstones",
    "erased",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest list of what has been erased, which is erased again.",
)
@click.option("--nothing-erased", is_flag=True, help="Nothing was erased after FILE was made.")
def restore(file: Path, erased: Path | None, nothing_erased: bool) -> None:
    """Put the copy FILE back into an empty place, bring it up to date, and erase again.

    What parents had erased after FILE was made would come back with it: so either the list of
    erasures is given, or it is said that there were none.
    """
    if (erased is None) != nothing_erased:
        raise Refused(
            "say with --tombstones LIST what was erased since the copy was made, "
            "or with --nothing-erased that nothing was"
        )
    stones = _read_tombstones(erased) if erased else []
    url = make_url(read_settings().database_url)
    counted: list[int] = []
    with _database() as engine:
        if engine.dialect.name == "sqlite":
            if url.database is None:
                raise Refused("LOTING_DATABASE_URL names no file to restore to")
            complete = partial(_complete_file, stones=stones, counted=counted)
            restore_sqlite(file, Path(url.database), complete)
        else:
            restore_postgresql(file, engine, lambda: _complete(engine, stones, counted))
        with Session(engine) as session:
            chain = verify_chain(session)
    click.echo(f"{file} was put back; {counted[-1]} erasures were carried out again.")
    click.echo(f"The audit chain holds {chain.rows} records and is ", nl=False)
    click.echo("whole." if chain.broken_at is None else f"broken at record {chain.broken_at}.")


def _read_tombstones(path: Path) -> list[Tombstone]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError as error:
        raise Refused(f"{path} is no list of erasures; nothing was restored") from error


def _complete_file(path: Path, *, stones: list[Tombstone], counted: list[int]) -> None:
    engine = make_engine(f"sqlite:///{path.absolute()}")
    try:
        _complete(engine, stones, counted)
    finally:
        engine.dispose()


def _complete(engine: Engine, stones: list[Tombstone], counted: list[int]) -> None:
    runner.upgrade(engine)
    with Session(engine) as session:
        counted.append(replay_erasures(session, stones, now=datetime.now(UTC)))


@contextmanager
def _database() -> Iterator[Engine]:
    engine = make_engine(read_settings().database_url)
    try:
        yield engine
    except runner.MigrationRefused as refusal:
        raise Refused(str(refusal)) from refusal
    finally:
        engine.dispose()
