"""``loting estimate``: the analysis on a file, without a database."""

from typing import TYPE_CHECKING, Any

import click

from web.commands.estimate_extras import MOST_DRAWS, extra_options, extras_of, write_plots

if TYPE_CHECKING:
    from analysis import SealedDraw
    from analysis.reporting.opening import DataFile
    from trials.measurements.reading import Reading

DESIGNS = ("cluster", "multisite", "multisite-slope", "fixed-effects")
SCHEMES = ("schools", "two-stage", "residual")
PRIORS = ("uniform-icc", "flat-sd")
DF_METHODS = ("kenward-roger", "satterthwaite", "between-within", "normal")


@click.command("estimate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--outcome",
    "outcomes",
    required=True,
    multiple=True,
    help="Column of the outcome; further ones are judged together with it.",
)
@click.option("--arm", help="Column of the arm; without it the model alone.")
@click.option("--school", "schools", required=True, multiple=True, help="Column of the school.")
@click.option("--class", "klass", help="Column of the class, a level between pupil and school.")
@click.option("--covariate", "covariates", multiple=True, help="A covariate, e.g. the pre-test.")
@click.option("--stratum", "strata", multiple=True, help="A column the draw was stratified by.")
@click.option("--control", help="Label of the control arm.")
@click.option("--categorical", multiple=True, help="A numeric column to take as labels.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="COL=LEVEL",
    help="The level others are compared with; the first in sorted order unless named.",
)
@click.option("--missing", multiple=True, metavar="TEXT", help="A text that means missing.")
@click.option("--slope", help="A covariate whose slope differs between schools.")
@click.option(
    "--design",
    type=click.Choice(DESIGNS),
    default="cluster",
    show_default=True,
    help="Whole schools in an arm, or arms inside schools.",
)
@click.option(
    "--method",
    type=click.Choice(["reml", "ml"]),
    default="reml",
    show_default=True,
    help="Restricted or plain maximum likelihood.",
)
@click.option(
    "--df",
    type=click.Choice(DF_METHODS),
    help="Degrees of freedom; kenward-roger unless named, satterthwaite with ml.",
)
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of intervals.",
)
@click.option("--subgroup", "subgroups", multiple=True, help="Column of a subgroup.")
@click.option("--dose", help="Column of how much of the intervention a pupil had.")
@click.option("--threshold", type=float, help="The dose from which on a pupil complies.")
@click.option("--profile", is_flag=True, help="Profile likelihood intervals too.")
@click.option(
    "--posterior", type=click.Choice(PRIORS), help="The exact posterior too, from this prior."
)
@click.option(
    "--effect-prior",
    type=float,
    nargs=2,
    metavar="MEAN SD",
    help="A normal prior on the effect size for that posterior, instead of a flat one.",
)
@click.option(
    "--permutations",
    type=click.IntRange(0, MOST_DRAWS),
    default=0,
    metavar="N",
    help="Test by N other allocations, drawn as the receipt says.",
)
@click.option(
    "--bootstrap",
    type=click.IntRange(0, MOST_DRAWS),
    default=0,
    metavar="N",
    help="Interval from N resampled trials too.",
)
@click.option(
    "--bootstrap-scheme",
    type=click.Choice(SCHEMES),
    default="schools",
    show_default=True,
    help="What is drawn again.",
)
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Of the draw, to permute as it drew; of a draw in waves, once for each.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Of permutations and bootstrap.")
@click.option("--syntax", is_flag=True, help="The model for lme4, Stata and statsmodels too.")
@extra_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, unrounded.")
def estimate_command(
    file: str,
    outcomes: tuple[str, ...],
    schools: tuple[str, ...],
    references: tuple[str, ...],
    missing: tuple[str, ...],
    receipts: tuple[str, ...],
    syntax: bool,
    plots: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Estimate the effect in a CSV, Parquet, .dta, .sav or .xlsx FILE, one row per pupil.

    \b
    loting estimate pupils.csv --outcome posttest --arm arm --school school --covariate pretest

    Text columns are taken as labels, empty cells as missing. The control arm is 0, control or
    controle, unless --control names it. Outcomes, covariates, strata, subgroups and texts for
    missing may be several, each with its option. Exit status 2 with one sentence where there is no
    answer.
    """
    import json
    from pathlib import Path

    from analysis import AnalysisError, estimate_effect
    from trials.errors import BadInput
    from trials.measurements.reading import Limits, read_table
    from web.commands.files import file_bytes

    try:
        if len(schools) > 1:
            raise AnalysisError(
                "a model with two school columns is cross-classified, which is not fitted here; "
                "name one --school"
            )
        extras = extras_of(options, outcomes, plots=plots is not None)
        limits = Limits(megabytes=1_000, rows=5_000_000, columns=5_000, cells=100_000_000)
        content = file_bytes(Path(file), megabytes=limits.megabytes)
        frame, reading = read_table(content, name=Path(file).name, missing=missing, limits=limits)
        del content  # a million rows need no copy
        result = estimate_effect(
            frame,
            outcome=outcomes[0],
            school=schools[0],
            missing=missing,
            sealed=_sealed(receipts),
            syntax=_data_file(Path(file).name, reading) if syntax else None,
            references=_references(references),
            extras=extras,
            rows=frame.index.to_numpy(),
            data_sha256=reading.sha256,
            **options,
        )
    except (AnalysisError, BadInput) as refusal:
        click.echo(str(refusal), err=True)
        raise SystemExit(2) from None
    if plots is not None:
        write_plots(result, Path(plots))
    if as_json:
        click.echo(json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False))
    else:
        click.echo(f"{result.summary()}\n\nRead: {reading.told}.")


def _data_file(name: str, reading: "Reading") -> "DataFile":
    from analysis.reporting.opening import DataFile

    return DataFile(
        name, reading.delimiter or ",", reading.decimal_mark, reading.encoding or "UTF-8"
    )


def _sealed(receipts: tuple[str, ...]) -> "SealedDraw | None":
    from pathlib import Path

    from analysis import AnalysisError, SealedDraw
    from randomisation import Refusal
    from randomisation.canonical import read_json
    from web.commands.files import RECORD_MEGABYTES, file_bytes

    if not receipts:
        return None
    try:
        return SealedDraw.from_receipts(
            [
                read_json(file_bytes(Path(receipt), megabytes=RECORD_MEGABYTES))
                for receipt in receipts
            ]
        )
    except Refusal as refusal:
        raise AnalysisError("the receipt cannot be used: {why}", why=refusal) from None


def _references(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        column, equals, level = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair} is not COL=LEVEL", param_hint="--reference")
        found[column] = level
    return found
