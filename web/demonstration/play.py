"""Playing the demonstration: every step that is not done yet, told in the same words each time."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from trials.audit import verify_chain
from trials.measurements.keys import DerivedKeys
from trials.people.services.demonstration import begin_demonstration, cast_person
from trials.register.published import PublishedFile
from web.demonstration.calendar import CLOCK, OPENING
from web.demonstration.cast import PARTS, address
from web.demonstration.schools import PLANTED_EFFECT
from web.demonstration.stage import Stage, Step, secret
from web.demonstration.story import (
    agreements,
    calls,
    delivery,
    draws,
    measurements,
    open_call,
    results,
    signups,
)
from web.demonstration.story.register import fill_register
from web.demonstration.trials import DEMO_TRIALS, DemoTrial


def play(
    engine: Engine,
    echo: Callable[[str], None],
    *,
    trials: Sequence[DemoTrial] = DEMO_TRIALS,
    files: Iterable[PublishedFile] | None = None,
) -> None:
    """Play the whole programme on ``engine``; what was done before is kept and told again.

    ``trials`` ends with one that is published; ``files`` fill the register, all that Loting
    carries unless given.
    """
    with Session(engine) as session:
        stage = Stage(session, DerivedKeys(secret("pupils")))
        begin_demonstration(session, clock=CLOCK, now=OPENING)
        gather_cast(stage)
        echo(f"      {fill_register(stage, files)} (Administrator)")
        open_call.publish_open_call(stage)
        for trial in trials:
            echo(f"\n{trial.title_en} ({trial.slug})")
            for step in steps_of(trial):
                step.act(stage)
                who = ", ".join(PARTS[part].name_en for part in step.who)
                echo(f"  {step.number:>2}  {step.tell(stage)} ({who})")
        echo("")
        for line in closing_lines(stage, trials[-1]):
            echo(line)


def closing_lines(stage: Stage, trial: DemoTrial) -> Iterator[str]:
    """Say what the whole programme came to: the estimate against what was planted."""
    estimate = results.estimate_of(stage, trial)
    size = estimate.result["contrasts"][0]["effect_sizes"][0]
    inside = "inside" if size["low"] <= PLANTED_EFFECT <= size["high"] else "outside"
    yield f"{trial.title_en}: effect {size['value']:.3f} standard deviations, "
    yield f"  95% interval {size['low']:.3f} to {size['high']:.3f};"
    yield f"  the planted {PLANTED_EFFECT:.2f} lies {inside} it."
    yield f"The audit chain holds over {verify_chain(stage.session).rows:,} acts."


def steps_of(trial: DemoTrial) -> Iterator[Step]:
    """Yield the steps of a trial up to where the demonstration leaves it."""
    yield from calls.steps(trial)
    yield from agreements.protocol_steps(trial)
    yield from signups.steps(trial)
    if trial.until == "signed_up":
        return
    yield from measurements.baseline_steps(trial)
    yield from draws.steps(trial)
    if trial.until == "committed":
        return
    yield from agreements.plan_steps(trial)
    yield from delivery.steps(trial)
    yield from measurements.outcome_steps(trial)
    yield from results.steps(trial)


def gather_cast(stage: Stage) -> None:
    for name, part in PARTS.items():
        cast_person(
            stage.session,
            email=address(name),
            name=part.name_nl,
            roles=part.roles,
            organisation=part.organisation,
            now=OPENING,
        )
