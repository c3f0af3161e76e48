"""Time the engine against statsmodels and lme4, and print ratios beside their targets.

``python -m tests.benchmarks.compare`` takes some minutes; ``--quick`` leaves the largest data out.
Times are of the clock and the best of several; long work of the others is timed once. The others do
not use a second core.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from analysis.engine.fit import fit_columns
from analysis.engine.moments import reduce_to_schools
from analysis.engine.permuted import refit_arms
from analysis.engine.replicated import fit_replicates
from analysis.engine.replicates import arms_of_schools
from analysis.engine.resampling import draw_counts, resampled_schools, within_by_school
from analysis.engine.simulated import Groups, fit_simulated, simulate
from analysis.inference.bootstrap import AT_ONCE
from tests.benchmarks.pupils import Pupils, pupils

REPLICATES = 10_000
TIMES = 40  # replicates the other side is timed on
LMER_TARGETS = {3_000: 20, 12_000: None, 60_000: 150, 1_400_000: 800}
STATSMODELS_TARGETS = {3_000: 90, 12_000: None, 60_000: 450, 1_400_000: 10_000}
THREE_LEVEL_TARGETS = {3_000: 12, 60_000: 50}


def best(task: Callable[[], object], times: int = 15) -> float:
    """Return the shortest of several times, in seconds of the clock, of a second at least."""
    found: list[float] = []
    while len(found) < times or sum(found) < 1:  # a bad moment lasts longer than short work
        start = time.perf_counter()
        task()
        found.append(time.perf_counter() - start)
    return min(found)


def line(work: str, ours: float, theirs: float | None, other: str, target: float | None) -> None:
    """Print one row of the table."""
    ratio = f"{theirs / ours:,.0f}" if theirs is not None else "-"
    taken = f"{theirs:,.3f} s" if theirs is not None else "not here"
    aim = f"{target:,.0f}" if target is not None else "-"
    print(f"| {work} | {ours * 1e3:,.2f} ms | {other} {taken} | {ratio} | {aim} |", flush=True)


def reference(folder: Path, plan: dict[str, object]) -> dict[str, float]:
    """Return the seconds R needs, or nothing where R or its packages are missing."""
    if shutil.which("Rscript") is None:
        print("Rscript is not here; lme4 is left out.", flush=True)
        return {}
    (folder / "plan.json").write_text(json.dumps(plan))
    script = Path(__file__).with_name("reference.R")
    done = subprocess.run(
        ["Rscript", str(script), str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"R could not be timed: {done.stderr.strip().splitlines()[-1]}", flush=True)
        return {}
    return json.loads(done.stdout)


def mixedlm(data: Pupils) -> float:
    """Return the seconds statsmodels needs for one fit, converged to the engine's digits."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    design = data.design
    return best(
        lambda: MixedLM(data.y, design, groups=data.school).fit(method="bfgs", gtol=1e-10), 1
    )


def replicated(data: Pupils, theirs: dict[str, float]) -> None:
    """Time 10,000 permuted, simulated and resampled trials."""
    rng, schools = np.random.default_rng(2), int(data.school.max()) + 1
    others = [np.ones(data.y.size), data.x]
    codes = np.array([rng.permutation(np.arange(schools) % 2) for _ in range(REPLICATES)])
    arms = arms_of_schools(codes.astype(np.int8), [1])
    moments = reduce_to_schools([*others, data.y], data.school)
    ours = best(lambda: refit_arms(moments, arms, reml=True), 3)
    line(
        "10,000 refits with permuted arms, 200 schools",
        ours,
        _scaled_up(theirs, "permuted"),
        "lme4 modular",
        5_000,
    )

    sizes = np.bincount(data.school)
    groups = Groups.of_schools(sizes, np.arange(schools) % 2)
    ours = best(
        lambda: fit_simulated(
            simulate(groups, REPLICATES, rng, school=0.15, pupil=0.55, effect=0.2)
        ),
        3,
    )
    line(
        "10,000 simulated trials, 200 schools",
        ours,
        _scaled_up(theirs, "simulated"),
        "lme4 refit",
        3_000,
    )

    columns = [*data.columns, data.y]
    moments = reduce_to_schools(columns, data.school)
    scaled = (np.column_stack(columns) - moments.shift) / moments.scale
    by_school = within_by_school(scaled - moments.means[data.school], data.school)

    def bootstrap() -> None:
        for _ in range(REPLICATES // AT_ONCE):
            counts = draw_counts(np.zeros(schools, dtype=int), AT_ONCE, rng)
            fit_replicates(resampled_schools(moments, by_school, counts), reml=True)

    line(
        "10,000 bootstraps of schools, 200 schools",
        best(bootstrap, 3),
        _scaled_up(theirs, "bootstrap"),
        "lme4",
        1_000,
    )


def small_sample(data: Pupils, theirs: dict[str, object]) -> None:
    """Time Kenward-Roger and Satterthwaite together, and compare their values."""
    arm = np.array([0.0, 1.0, 0.0])
    fit = fit_columns(data.y, data.columns, data.school)

    def both() -> tuple[float, float, float]:
        vars(fit).pop("correction", None)  # nothing kept from the time before
        error = float(np.sqrt(fit.kenward_roger_covariance[1, 1]))
        return error, fit.kenward_roger_df(arm), fit.satterthwaite_df(arm)

    def many() -> None:
        for _ in range(20):
            both()

    line(
        "Kenward-Roger and Satterthwaite, 3,000 pupils",
        best(many) / 20,
        theirs.get("small_sample"),
        "pbkrtest, lmerTest",
        1_000,
    )
    if "values" in theirs:
        values = theirs["values"]
        expected = [values["kr_se"], values["kr_df"], values["satterthwaite_df"]]
        worst = max(abs(a / b - 1) for a, b in zip(both(), expected, strict=True))
        print(f"\nThe largest relative difference from pbkrtest and lmerTest is {worst:.1e}.\n")


def _scaled_up(theirs: dict[str, float], name: str) -> float | None:
    return theirs[name] * REPLICATES if name in theirs else None


def reading(data: Pupils) -> None:
    """Compare a fit of sorted integer ids, on all cores, with one core reading its columns once."""
    # ids are read as they lie, eight bytes at a time: to sum small numbers takes longer than that
    columns = [data.x, data.y, *(ids.view(np.int64) for ids in (data.arm, data.school))]
    once = best(lambda: [column.sum() for column in columns], 9)
    fit = best(lambda: fit_columns(data.y, data.columns, data.school), 9)
    print(
        f"\nA fit of {data.y.size:,} pupils takes {fit / once:.1f} times reading its columns "
        f"once ({once * 1e3:.1f} ms); the target is 5.\n",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    large = "--quick" not in sys.argv
    sizes = [3_000, 12_000, 60_000] + ([1_400_000] if large else [])
    data = {n: pupils(n) for n in {*sizes, 6_000}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table in data.values():
            table.write(folder)
        plan = {
            "sizes": sizes,
            "three_level": list(THREE_LEVEL_TARGETS),
            "replicated": 6_000,
            "small_sample": 3_000,
            "times": TIMES,
        }
        theirs = reference(folder, plan)
    load = os.getloadavg()[0]
    print(f"Seconds on the clock, {os.cpu_count()} cores; load of the machine {load:.1f}.\n")
    print("| work | this engine | the other | times faster | target |\n|---|---|---|---|---|")
    for n in sizes:
        fit = partial(fit_columns, data[n].y, data[n].columns, data[n].school)
        ours, other = best(fit, 30), mixedlm(data[n])
        ours = min(ours, best(fit, 30))  # not of one bad moment
        work = f"two levels, {n:,} pupils"
        line(work, ours, theirs.get(f"two-level {n}"), "lme4", LMER_TARGETS[n])
        line(work, ours, other, "statsmodels", STATSMODELS_TARGETS[n])
    for n, target in THREE_LEVEL_TARGETS.items():
        ours = best(
            lambda n=n: fit_columns(data[n].y, data[n].columns, data[n].school, klass=data[n].klass)
        )
        line(f"three levels, {n:,} pupils", ours, theirs.get(f"three-level {n}"), "lme4", target)
    replicated(data[6_000], theirs)
    small_sample(data[3_000], theirs)
    if large:
        reading(data[1_400_000])


if __name__ == "__main__":
    main()
