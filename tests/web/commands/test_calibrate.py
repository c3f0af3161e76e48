import json

from click.testing import CliRunner

from web.commands.calibrate import calibrate_command


def run(*arguments):
    return CliRunner().invoke(calibrate_command, list(arguments))


def test_every_kind_of_trial_and_method_is_printed():
    rows = json.loads(run("--trials", "100", "--json").stdout)

    assert len(rows) == 4 * 3 * 2 * 4
    assert {row["method"] for row in rows} >= {"kenward-roger", "normal", "CR1"}


def test_the_table_has_a_line_per_kind_and_is_the_same_twice():
    first, second = (run("--trials", "100", "--seed", "3").stdout for _ in "12")

    assert first == second
    assert len(first.splitlines()) == 2 + 24
