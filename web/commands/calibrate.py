"""``loting calibrate``: is the default test what it says, and are the naive ones?"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analysis.planning.calibration import Calibration


@click.command("calibrate")
@click.option(
    "--trials",
    type=click.IntRange(100, 1_000_000),
    default=10_000,
    show_default=True,
    help="Of each kind.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list, unrounded.")
def calibrate_command(trials: int, seed: int, as_json: bool) -> None:
    """Simulate cluster trials and print type I error and coverage per method.

    Both are of a test at 5 %; with 10,000 trials a share is known to 0.002.
    """
    import json
    from dataclasses import asdict

    from analysis.planning.calibration import calibrate

    found = calibrate(trials=trials, seed=seed)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], allow_nan=False))
        return
    for line in table(found):
        click.echo(line)


def table(rows: Iterator["Calibration"]) -> Iterator[str]:
    """Yield one line per kind of trial as soon as it is simulated, and how the default did."""
    from analysis.planning.calibration import METHODS

    widths = [max(15, len(name) + 2) for name in METHODS]
    yield "Type I error (coverage in brackets) of a test at 5 %"
    heads = (f"{name:>{width}}" for name, width in zip(METHODS, widths, strict=True))
    yield "schools   ICC  sizes       " + "".join(heads)
    default = []
    for kind in zip(*[rows] * len(METHODS), strict=True):  # so many at a time
        cells = (f"{row.type_one_error:.3f} ({row.coverage:.3f})" for row in kind)
        text = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield f"{kind[0].schools:>7}  {kind[0].icc:.2f}  {kind[0].sizes:<12}{text}"
        default.append(kind[0])
    yield from _verdict(default)


def _verdict(default: Sequence["Calibration"]) -> Iterator[str]:
    from analysis.planning.calibration import LEAST, MOST

    errors = [row.type_one_error for row in default]
    yield f"{default[0].method}: type I error at most {max(errors):.3f} (stated: {MOST})"
    usual = [row for row in default if row.schools >= 20 and row.icc >= 0.05]
    errors, covered = [row.type_one_error for row in usual], [row.coverage for row in usual]
    yield (
        f"from 20 schools and ICC 0.05: {min(errors):.3f} to {max(errors):.3f} "
        f"(stated: {LEAST} to {MOST}), coverage {min(covered):.3f} to {max(covered):.3f}"
    )
