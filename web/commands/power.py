"""``loting power``: detectable effect, power and schools needed, before the trial."""

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from analysis.planning.designs import PlannedDesign

Command = Callable[..., None]


@click.group("power")
def power_command() -> None:
    """What an effect must be to be seen, how often it is, and how many schools that takes.

    Effects are in standard deviations; R squared is the share of a level's variance that covariates
    explain. Name the units (schools, or pupils) for the detectable effect, an effect for the number
    needed, both for the power.
    """


def planning_options(command: Command) -> Command:
    """Add the options every design has."""
    options = [
        click.option("--effect", type=float, help="The effect to be seen."),
        click.option(
            "--power",
            type=click.FloatRange(0.01, 0.999),
            default=0.8,
            show_default=True,
            help="Chance to see it.",
        ),
        click.option(
            "--alpha",
            type=click.FloatRange(1e-6, 0.5),
            default=0.05,
            show_default=True,
            help="Of the test.",
        ),
        click.option("--one-sided", is_flag=True, help="Test one direction only."),
        click.option("--share", type=float, default=0.5, show_default=True, help="In the arm."),
        click.option(
            "--r2-pupil",
            type=float,
            default=0.0,
            show_default=True,
            help="Explained between pupils.",
        ),
        click.option(
            "--reliability", type=float, default=1.0, show_default=True, help="Of the test."
        ),
        click.option("--covariates", type=int, default=0, help="At the level of the draw."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object, unrounded."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@power_command.command("individual")
@click.option("--pupils", "units", type=int, help="Pupils in all.")
@planning_options
def individual(units: int | None, **options: Any) -> None:
    """Pupils drawn singly, schools left out of account."""
    from analysis.planning.designs import Individual

    _answer(lambda **common: Individual(pupils=1, **common), units, "pupils", options)


@power_command.command("cluster")
@click.option("--schools", "units", type=int, help="In all.")
@click.option("--pupils", type=float, required=True, help="Per school, harmonic mean.")
@click.option("--icc", type=float, required=True, help="Share of the variance between schools.")
@click.option(
    "--r2-school", type=float, default=0.0, show_default=True, help="Explained between schools."
)
@click.option("--size-cv", type=click.FloatRange(min=0), default=0.0, help="Spread over mean.")
@click.option("--simulate", type=click.IntRange(0, 100_000), default=0, help="Trials to simulate.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of it.")
@planning_options
def cluster(
    units: int | None,
    pupils: float,
    icc: float,
    r2_school: float,
    size_cv: float,
    simulate: int,
    seed: int,
    **options: Any,
) -> None:
    """Schools drawn whole; simulation draws trials and tests them as an estimate would."""
    from analysis.planning.designs import Cluster

    def design(**common: Any) -> Cluster:
        return Cluster(pupils=pupils, icc=icc, r2_school=r2_school, size_cv=size_cv, **common)

    simulation = {"trials": simulate, "seed": seed} if simulate else None
    _answer(design, units, "schools", options, simulation)


@power_command.command("multisite")
@click.option("--schools", "units", type=int, help="In all.")
@click.option("--pupils", type=float, required=True, help="Per school, harmonic mean.")
@click.option("--icc", type=float, required=True, help="Share of the variance between schools.")
@click.option("--heterogeneity", type=float, default=0.0, help="Effect variance over school's.")
@click.option(
    "--r2-effect",
    type=float,
    default=0.0,
    show_default=True,
    help="Explained of the differences in effect.",
)
@click.option("--fixed", is_flag=True, help="The effect is about these schools alone.")
@planning_options
def multisite(
    units: int | None,
    pupils: float,
    icc: float,
    heterogeneity: float,
    r2_effect: float,
    fixed: bool,
    **options: Any,
) -> None:
    """Pupils drawn inside schools."""
    from analysis.planning.designs import Multisite

    def design(**common: Any) -> Multisite:
        return Multisite(
            pupils=pupils,
            icc=icc,
            heterogeneity=heterogeneity,
            r2_effect=r2_effect,
            fixed=fixed,
            **common,
        )

    _answer(design, units, "schools", options)


@power_command.command("three-level")
@click.option("--schools", "units", type=int, help="In all.")
@click.option("--classes", type=float, required=True, help="Per school.")
@click.option("--pupils", type=float, required=True, help="Per class, harmonic mean.")
@click.option("--icc", type=float, required=True, help="Of schools.")
@click.option("--icc-class", type=float, required=True, help="Of classes in schools.")
@click.option(
    "--r2-school", type=float, default=0.0, show_default=True, help="Explained between schools."
)
@click.option(
    "--r2-class", type=float, default=0.0, show_default=True, help="Explained between classes."
)
@planning_options
def three_level(units: int | None, **options: Any) -> None:
    """Schools drawn whole, pupils in classes."""
    from analysis.planning.designs import ThreeLevel

    names = ("classes", "pupils", "icc", "icc_class", "r2_school", "r2_class")
    own = {name: options.pop(name) for name in names}
    _answer(lambda **common: ThreeLevel(**own, **common), units, "schools", options)


def _answer(
    design: "Callable[..., PlannedDesign]",
    units: int | None,
    unit_name: str,
    options: dict[str, Any],
    simulation: dict[str, Any] | None = None,
) -> None:
    """Print what follows from the units, the effect, or both; a refusal is exit status 2."""
    import json

    from analysis import AnalysisError

    as_json = options.pop("as_json")
    try:
        answer = _computed(design, units, unit_name, options, simulation)
    except AnalysisError as refusal:
        click.echo(str(refusal), err=True)
        raise SystemExit(2) from None
    if as_json:
        click.echo(json.dumps(answer, allow_nan=False))
        return
    for name, value in answer.items():
        text = f"{value:.3f}" if isinstance(value, float) else str(value)
        click.echo(f"{name.replace('_', ' ')}: {text}")


def _computed(
    design: "Callable[..., PlannedDesign]",
    units: int | None,
    unit_name: str,
    options: dict[str, Any],
    simulation: dict[str, Any] | None,
) -> dict[str, float | int]:
    from analysis import AnalysisError
    from analysis.planning.power import detectable_effect, power_of, units_needed

    effect, power, alpha = (options.pop(name) for name in ("effect", "power", "alpha"))
    two_sided = not options.pop("one_sided")
    planned = design(**options)
    answer: dict[str, float | int] = {}
    if effect is not None and not isfinite(effect):
        raise AnalysisError("the effect to be seen is a number, not {effect}", effect=effect)
    if units is None and effect is None:
        raise AnalysisError("name the {units}, or the effect to be seen, or both", units=unit_name)
    test: dict[str, Any] = {"alpha": alpha, "two_sided": two_sided}
    if units is not None:
        found = detectable_effect(planned, units, power=power, **test)
        answer |= {"detectable_effect": found.effect, "df": found.df}
    if effect is not None:
        answer[f"{unit_name}_needed"] = units_needed(planned, effect, power=power, **test)
    if units is not None and effect is not None:
        answer["power"] = power_of(planned, units, effect, **test)
    if simulation is not None:
        answer |= _simulated(planned, units, effect, test, simulation)
    return answer


def _simulated(
    planned: Any,
    units: int | None,
    effect: float | None,
    test: dict[str, Any],
    simulation: dict[str, Any],
) -> dict[str, float | int]:
    import numpy as np

    from analysis import AnalysisError
    from analysis.planning.simulation import simulated_power

    if units is None or effect is None:
        raise AnalysisError("a simulation needs the schools and the effect")
    found = simulated_power(
        planned,
        units,
        effect,
        trials=simulation["trials"],
        rng=np.random.default_rng(simulation["seed"]),
        **test,
    )
    return {"simulated_power": found.power, "simulation_error": found.error}
