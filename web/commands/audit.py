"""``loting audit verify``: walk the hash chain of what was done."""

import click
from sqlalchemy.orm import Session

from trials.audit import verify_chain
from trials.database import make_engine
from web.settings import read_settings


@click.group()
def audit_command() -> None:
    """Walk the audit chain."""


@audit_command.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Say whether every record still is what it was; exit status 1 when one is not."""
    with Session(make_engine(read_settings().database_url)) as session:
        found = verify_chain(session)
    if found.broken_at is None:
        click.echo(f"The audit chain is whole: {found.rows} records.")
        return
    click.echo(f"The audit chain breaks at record {found.broken_at}; {found.rows} before it hold.")
    context.exit(1)
