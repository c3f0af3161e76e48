"""The command line answers at once and says refusals in one sentence."""

import subprocess
import sys
import time

import click
import pytest
from click.testing import CliRunner

from trials.errors import NotReady
from web.commands import COMMANDS, main

HEAVY = ("statsmodels", "linearmodels", "matplotlib", "pandas", "dbos", "flask", "sqlalchemy")


def test_help_lists_commands_and_loads_none_of_them():
    began = time.perf_counter()
    code = f"""
import sys
from web.commands import main
main(["--help"], standalone_mode=False)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.endswith("[]\n")
    assert "serve" in said.stdout
    assert time.perf_counter() - began < 2  # 0.1 s on a quiet machine


def test_a_refusal_ends_with_two_and_one_sentence(monkeypatch):
    def refuse():
        raise NotReady("the draw has not been sealed")

    monkeypatch.setattr(main, "get_command", lambda *_: click.command()(refuse))
    said = CliRunner().invoke(main, ["serve"])

    assert said.exit_code == 2
    assert said.output == "Error: the draw has not been sealed\n"


def options_of(command):
    inside = getattr(command, "commands", {}).values()
    return [*command.params, *(option for one in inside for option in options_of(one))]


@pytest.mark.parametrize("name", ["estimate", "power", "calibrate"])
def test_every_option_of_an_evaluator_says_what_it_is_for(name):
    options = options_of(main.get_command(click.Context(main), name))

    assert [o.name for o in options if isinstance(o, click.Option) and not o.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_that_is_there_explains_itself(name):
    said = CliRunner().invoke(main, [name, "--help"])

    assert said.exit_code == 0, said.output
    assert said.output.startswith("Usage:")
