"""The options of ``loting estimate`` for what surrounds the estimate."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from analysis import EffectResult, Extras

MISSING_DATA = ("complete-cases", "rule")
FAMILIES = ("holm", "hochberg", "westfall-young")
MOST_DRAWS = 1_000_000  # of permutations or a bootstrap; all of them are held at once
NAMED = (  # options that go to the extras as they are
    *("missing_data", "missing_above", "imputations", "family", "balance", "attrition"),
    *("binary", "robust", "wild", "curve", "curve_covariates"),
)
OPTIONS = (
    click.option(
        "--missing-data",
        type=click.Choice(MISSING_DATA),
        default="complete-cases",
        show_default=True,
        help="By rule: model of loss, imputation and shifted imputations above a share.",
    ),
    click.option(
        "--missing-above",
        type=click.FloatRange(0, 1),
        default=0.05,
        metavar="SHARE",
        help="Of incomplete pupils, from which the rule imputes; 0.05 unless given.",
    ),
    click.option(
        "--imputations",
        type=click.IntRange(min=0, max=1000),
        default=0,
        metavar="N",
        help="One per per cent of incomplete pupils, at least 20, unless given.",
    ),
    click.option(
        "--family",
        type=click.Choice(FAMILIES),
        help="How p-values of several outcomes or arms are adjusted.",
    ),
    click.option("--balance", multiple=True, metavar="COL", help="Baseline, by arm."),
    click.option("--attrition", is_flag=True, help="The file holds every pupil drawn."),
    click.option("--binary", is_flag=True, help="The outcome is 0 or 1: risks and odds too."),
    click.option("--robust", is_flag=True, help="Least squares with CR2 errors too."),
    click.option(
        "--wild",
        type=click.IntRange(0, MOST_DRAWS),
        default=0,
        metavar="N",
        help="Least squares with N draws of the wild cluster bootstrap too.",
    ),
    click.option(
        "--instrument",
        "instruments",
        multiple=True,
        metavar="[SCORE=]COL[,COL]",
        help="Column of the test a score is of (and grade, moment); the outcome's unless named.",
    ),
    click.option(
        "--norm",
        "norms",
        multiple=True,
        metavar="GROUP=MEAN,SD",
        help="Published norm of a test, e.g. Cito/8=535,10; its sample unless given.",
    ),
    click.option("--curve", is_flag=True, help="The planned model among its alternatives."),
    click.option(
        "--curve-covariate",
        "curve_covariates",
        multiple=True,
        metavar="COL",
        help="One that an alternative adjusts for too.",
    ),
    click.option(
        "--plots",
        type=click.Path(file_okay=False),
        metavar="DIR",
        help="Draw every plot as SVG; permutes 1,000 times unless told otherwise.",
    ),
)


def extra_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give ``command`` the options in ``OPTIONS``, in that order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def extras_of(options: dict[str, Any], outcomes: tuple[str, ...], *, plots: bool) -> "Extras":
    """Take the extras' options out of ``options``; ``outcomes`` are all of them."""
    from analysis import Extras

    asked = {name: options.pop(name) for name in NAMED}
    return Extras(
        **asked,
        outcomes=outcomes[1:],
        instruments=_instruments(options.pop("instruments"), outcomes[0]),
        norms=_norms(options.pop("norms")),
        plots=plots,
    )


def write_plots(result: "EffectResult", folder: Path) -> None:
    """Write each plot the result can draw as SVG, one per arm where it is of one contrast.

    All are drawn before the first is written, and each is there whole or not at all. Raises
    ``click.ClickException`` where they cannot be written.
    """
    drawn = dict(_drawn(result))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, svg in drawn.items():
            _write_whole(folder / name, svg)
    except OSError as error:
        raise click.ClickException(f"no plot could be written: {error.strerror}") from error


def _drawn(result: "EffectResult") -> Iterator[tuple[str, str]]:
    from analysis import AnalysisError
    from analysis.plots import KINDS, PER_CONTRAST

    for kind in KINDS:
        arms = [c.arm for c in result.contrasts] if kind in PER_CONTRAST else [None]
        for number, arm in enumerate(arms, start=1):
            name = f"{kind}-{number}.svg" if len(arms) > 1 else f"{kind}.svg"
            try:
                plot = result.plot(kind, arm=arm)
            except AnalysisError as refusal:
                click.echo(f"No {name}: {refusal}", err=True)
                continue
            yield name, plot.svg


def _write_whole(path: Path, text: str) -> None:
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _instruments(named: tuple[str, ...], outcome: str) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for text in named:
        score, equals, columns = text.rpartition("=")
        found[score if equals else outcome] = tuple(columns.split(","))
    return found


def _norms(named: tuple[str, ...]) -> Mapping[str, tuple[float, float]]:
    found = {}
    for text in named:
        group, _, numbers = text.rpartition("=")
        mean, _, sd = numbers.partition(",")
        try:
            found[group] = (float(mean), float(sd))
        except ValueError:
            raise click.BadParameter(f"{text} is not GROUP=MEAN,SD", param_hint="--norm") from None
    return found
