import json
from itertools import islice
from pathlib import Path

from click.testing import CliRunner

from analysis.planning.calibration import METHODS, calibrate
from web.commands.calibrate import calibrate_command

README = Path(__file__).parents[3] / "README.md"


def run(*arguments):
    return CliRunner().invoke(calibrate_command, list(arguments))


def test_the_table_shows_the_rows_of_the_object():
    rows = json.loads(run("--trials", "100", "--seed", "3", "--json").stdout)

    lines = run("--trials", "100", "--seed", "3").stdout.splitlines()

    assert len(rows) == 4 * 3 * 2 * len(METHODS)
    assert len(lines) == 2 + 24 + 2
    last = rows[-1]
    assert lines[-3].endswith(f"{last['type_one_error']:.3f} ({last['coverage']:.3f})")
    worst = max(r["type_one_error"] for r in rows if r["method"] == METHODS[0])
    assert lines[-2] == f"{METHODS[0]}: type I error at most {worst:.3f} (stated: 0.056)"
    usual = [r for r in rows if r["method"] == METHODS[0] and r["schools"] > 10 and r["icc"]]
    errors, covered = ([r[name] for r in usual] for name in ("type_one_error", "coverage"))
    assert len(usual) == 3 * 2 * 2
    assert lines[-1] == (
        f"from 20 schools and ICC 0.05: {min(errors):.3f} to {max(errors):.3f} "
        f"(stated: 0.044 to 0.056), coverage {min(covered):.3f} to {max(covered):.3f}"
    )


def test_the_readme_shows_what_the_command_finds():
    """The first kind of trial, with the trials and the seed of the command's defaults."""
    kind = list(islice(calibrate(trials=10_000, seed=1), len(METHODS)))

    line = "     10  0.00  equal " + "".join(
        f"  {row.type_one_error:.3f} ({row.coverage:.3f})" for row in kind
    )
    shown = [x for x in README.read_text("utf-8").splitlines() if x.startswith("     10  0.00  eq")]
    assert [" ".join(x.split()) for x in shown] == [" ".join(line.split())]
