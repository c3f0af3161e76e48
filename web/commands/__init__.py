"""The command line: each command is loaded only when it is called."""

import errno
from importlib import import_module

import click

from trials.errors import TrialError

COMMANDS = {  # name: what ``loting --help`` says; the code is in the module of the same name
    "demo": "Play the demonstration programme, ending with the estimate.",
    "serve": "Serve the pages.",
    "worker": "Run an extra background worker (PostgreSQL).",
    "db": "Upgrade, check, back up and restore the database.",
    "admin": "Invite the first administrator.",
    "register": "Import DUO or CBS files into the school register.",
    "audit": "Walk the audit chain.",
    "draw": "Draw a roster outside the database.",
    "nonce": "Make a nonce and its commitment for a party.",
    "verify": "Recompute a receipt.",
    "estimate": "Estimate the effect from a data file.",
    "power": "Detectable effect, power, schools needed.",
    "calibrate": "Type I error and coverage by simulation.",
}


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class LazyCommands(click.Group):
    """Commands by name; ``--help`` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"web.commands.{cmd_name}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        """A refusal by the domain, or of the disk, becomes one sentence and exit status 2."""
        try:
            return super().invoke(ctx)
        except TrialError as refusal:
            raise Refused(str(refusal)) from refusal
        except OSError as error:
            if error.errno not in FULL:  # a closed pipe is click's to answer
                raise
            raise Refused(f"not all of it could be written: {error.strerror}") from error


class Refused(click.ClickException):
    exit_code = 2


@click.group(cls=LazyCommands)
@click.version_option(package_name="loting")
def main() -> None:
    """Loting: randomised trials in education, from the call to the published effect."""
