"""``loting calibrate``: is the default test what it says, and are the naive ones?"""

import click


@click.command("calibrate")
@click.option("--trials", type=click.IntRange(min=100), default=10_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list, unrounded.")
def calibrate_command(trials: int, seed: int, as_json: bool) -> None:
    """Simulate cluster trials and print type I error and coverage per method.

    Both are of a test at 5 %; with 10,000 trials a share is known to 0.002.
    """
    import json
    from dataclasses import asdict

    from analysis.planning.calibration import METHODS, calibrate

    if as_json:
        rows = [asdict(row) for row in calibrate(trials=trials, seed=seed)]
        click.echo(json.dumps(rows, allow_nan=False))
        return
    click.echo("Type I error (coverage in brackets) of a test at 5 %")
    click.echo("schools   ICC  sizes         " + "".join(f"{name:>22}" for name in METHODS))
    kind = []
    for row in calibrate(trials=trials, seed=seed):
        kind.append(f"{row.type_one_error:.3f} ({row.coverage:.3f})")
        if len(kind) == len(METHODS):
            cells = "".join(f"{cell:>22}" for cell in kind)
            click.echo(f"{row.schools:>7}  {row.icc:.2f}  {row.sizes:<14}{cells}")
            kind = []
