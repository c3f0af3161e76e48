"""``loting db``: upgrade, downgrade, check, back up and restore the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from migrations import drift, runner
from trials.database import make_engine
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


@contextmanager
def _database() -> Iterator[Engine]:
    engine = make_engine(read_settings().database_url)
    try:
        yield engine
    except runner.MigrationRefused as refusal:
        raise Refused(str(refusal)) from refusal
    finally:
        engine.dispose()
