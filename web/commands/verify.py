"""loting verify: does a receipt hold?"""

import sys
from pathlib import Path

import click


@click.command("verify")
@click.argument("receipt", type=click.Path(path_type=Path))
def verify_command(receipt: Path) -> None:
    """Draw again from RECEIPT and compare every field; exit 0 when it holds, 1 when not."""
    from randomisation import Refusal, verify
    from randomisation.canonical import read_json
    from trials.errors import BadInput
    from web.commands.files import RECORD_MEGABYTES, file_bytes

    try:
        verdict = verify(read_json(file_bytes(receipt, megabytes=RECORD_MEGABYTES)))
    except BadInput as refusal:
        click.echo(f"{refusal}.")
        sys.exit(1)
    except Refusal as refusal:
        click.echo(f"This receipt does not hold: {refusal}.")
        sys.exit(1)
    click.echo(verdict.sentence)
    sys.exit(0 if verdict.holds else 1)
