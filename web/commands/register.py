"""``loting register``: DUO and CBS files into the school register, and mergers by hand."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from trials.database import make_engine
from trials.errors import BadInput
from trials.permissions import Permission
from trials.register.mergers import record_merger
from trials.register.reading import MEGABYTES
from trials.register.services import ImportReport, import_file
from web.commands import Refused
from web.commands.acting import acting, moment_of
from web.commands.files import file_bytes
from web.settings import read_settings


@click.group()
def register_command() -> None:
    """Import DUO or CBS files into the school register."""


@register_command.command(name="import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--as", "mail", metavar="MAIL", help="Who you are, when several may import.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the files describe, where they do not say so; without it, today.",
)
def import_files(files: tuple[Path, ...], mail: str | None, day: datetime | None) -> None:
    """Take published files, plain or gzipped, as new editions: each whole or not at all.

    A file that is refused stops the rest; the files before it stay imported.
    """
    engine = make_engine(read_settings().database_url)
    now = moment_of(engine)
    with Session(engine) as session:
        actor = acting(session, Permission.REGISTER_IMPORT, mail, now)
        for file in files:
            try:
                report = import_file(
                    session,
                    name=file.name,
                    content=file_bytes(file, megabytes=MEGABYTES),
                    reference_date=day.date() if day else None,
                    actor=actor,
                    now=now,
                )
            except BadInput as refusal:
                raise Refused("\n".join(_lines(refusal))) from refusal
            click.echo(_sentence(report))
    engine.dispose()


@register_command.command()
@click.argument("from_code", metavar="FROM")
@click.argument("into_code", metavar="INTO")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day.")
@click.option("--note", default="", help="Where it is written.")
@click.option("--as", "mail", metavar="MAIL", help="Who you are, when several may record it.")
def merge(from_code: str, into_code: str, day: datetime, note: str, mail: str | None) -> None:
    """Record that the site FROM went on in the site INTO, which no published file says."""
    engine = make_engine(read_settings().database_url)
    now = moment_of(engine)
    with Session(engine) as session:
        record_merger(
            session,
            from_code=from_code.upper(),
            into_code=into_code.upper(),
            merged_on=day.date(),
            note=note,
            actor=acting(session, Permission.REGISTER_IMPORT, mail, now),
            now=now,
        )
    engine.dispose()
    click.echo(f"Recorded: {from_code.upper()} went on in {into_code.upper()} on {day.date()}.")


def _lines(refusal: BadInput) -> list[str]:
    others = refusal.problems[1:]  # the first is in the sentence
    return [str(refusal), *(f"  {problem}" for problem in others)]


def _sentence(report: ImportReport) -> str:
    if report.already_there:
        return (
            f"{report.file_name} was imported before, as edition {report.edition_id} "
            f"of {report.reference_date}; nothing changed."
        )
    found = f"{report.file_name}: {report.rows:,} rows of {report.source}, as of "
    found += (
        f"{report.reference_date}; {report.opened:,} sites opened, {report.changed:,} changed, "
    )
    return found + f"{report.closed:,} closed; {report.figures:,} numbers."
