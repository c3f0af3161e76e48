"""A roster of twenty schools, and the command that draws it."""

import json

from click.testing import CliRunner

from web.commands.draw import draw_command

NRO, EVALUATOR, BEACON = "ab" * 32, "cd" * 32, "EF" * 32
ARMS = ["--arm", "control:1", "--arm", "phonics:1"]
ROSTER = ["--id", "school", "--stratum", "size,region", *ARMS]
PAIRED = ["--covariate", "pretest", "--covariate", "pupils"]


def write_roster(folder):
    """Write it as offices do: semicolons and decimal commas."""
    lines = ["school;size;region;pretest;pupils"]
    for i in range(20):
        lines.append(
            f"S{i:02d};{'small' if i % 2 else 'large'};r{i % 3};{50 + i * i % 7},5;{i * i}"
        )
    (folder / "roster.csv").write_text("\n".join(lines), encoding="utf-8")


def run(*arguments, status=0):
    """Run ``loting draw`` and return what it says."""
    result = CliRunner().invoke(draw_command, [*map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output


def read(path):
    return json.loads(path.read_bytes())
