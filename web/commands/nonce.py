"""loting nonce: a party's secret, and what it may publish before the draw."""

import secrets

import click

from web.commands import Refused


@click.command("nonce")
@click.option("--party", metavar="NAME", prompt="Party", help="The name in the sealed record.")
def nonce_command(party: str) -> None:
    """Make a nonce and its commitment for a party.

    Publish the commitment before the roster is sealed; reveal the nonce after.
    """
    from randomisation import Party, Refusal, commitment

    nonce = secrets.token_hex(32)
    try:
        Party(party, commitment(party, nonce))
    except Refusal as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(f"nonce:      {nonce}   (keep it secret until everyone reveals)")
    click.echo(f"commitment: {commitment(party, nonce)}   (publish it)")
    click.echo(f"to draw:    loting draw … --commit {party}={commitment(party, nonce)}")
