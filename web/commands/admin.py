"""``loting admin invite``: the first administrator, from the machine itself."""

import click
from sqlalchemy.orm import Session

from trials.database import make_engine
from trials.mail import Links
from trials.people.letters import link_path
from trials.people.services.invitations import invite_administrator
from web.settings import SettingsError, read_settings
from web.visitor import read_deployment


@click.group()
def admin_command() -> None:
    """Invite the first administrator."""


@admin_command.command()
@click.argument("mail")
def invite(mail: str) -> None:
    """Invite MAIL as administrator. The link is mailed and shown here too."""
    settings = read_settings()
    engine = make_engine(settings.database_url)
    demonstration, clock = read_deployment(engine)
    try:
        key = settings.secret_for(demonstration=demonstration)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    with Session(engine) as session:
        link = invite_administrator(session, email=mail, now=clock())
        address = Links(settings.public_url, key).to(link_path(key, link))
    click.echo(f"{mail} is invited. The mail goes out when the web server runs.")
    click.echo(f"Or open this within seven days; it works once:\n{address}")
