"""Time the draw against a loop over draws, and print ratios beside their targets.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.draws

10,000 allocations and 100,000 re-randomisation candidates with their balance, of 200 and of 5,000
schools. The loop permutes each stratum of each draw, as one writes it without this package; it is
timed on fewer draws and scaled up.
"""

import platform
import sys
from collections.abc import Callable, Iterator
from time import process_time

import numpy as np

from randomisation import BalanceRule, Design, stratified
from randomisation.redrawing import candidates, distances

ALLOCATIONS, CANDIDATES = 10_000, 100_000
TARGET = 10.0  # times faster, at 200 schools
LOOPED = {200: 400, 5_000: 40}  # draws the loop is timed on
TRIES = 3  # the shortest time of these counts
STRATA = {  # what schools are stratified by, and how many strata that makes
    "one stratum": 1,
    "province": 12,
    "province × quartile": 48,
}


def permuted(design: Design, n_draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield allocations one by one, each stratum permuted by itself."""
    for _ in range(n_draws):
        arm = np.empty(design.n_units, dtype=np.int8)
        for members in design.blocks:
            full, left_over = divmod(members.size, design.deck.size)
            cards = rng.permutation(design.deck)[:left_over]
            arm[members] = rng.permutation(np.concatenate([np.tile(design.deck, full), cards]))
        yield arm


def permuted_with_balance(design: Design, n_draws: int, rng: np.random.Generator) -> list[float]:
    """Return M of allocations drawn one by one, against control, for two arms."""
    covariates = design.balance.covariates
    inverse = np.linalg.inv(np.cov(covariates, rowvar=False))
    found = []
    for arm in permuted(design, n_draws, rng):
        treated = arm == 1
        n = int(treated.sum())
        apart = covariates[treated].mean(axis=0) - covariates[~treated].mean(axis=0)
        found.append(float(n * (arm.size - n) / arm.size * apart @ inverse @ apart))
    return found


def roster(schools: int, strata: int) -> Design:
    """Return a design of schools in strata of unequal size, with two covariates."""
    rng = np.random.default_rng(schools + strata)
    names = [f"s{k:02d}" for k in rng.integers(strata, size=schools)]
    covariates = rng.normal(size=(schools, 2))
    return stratified(["control", "reading"], names, balance=BalanceRule(covariates, 0.1))


def best(task: Callable[[], object]) -> float:
    """Return the shortest of several times, in seconds of the processor."""
    found = []
    for _ in range(TRIES):
        start = process_time()
        task()
        found.append(process_time() - start)
    return min(found)


def allocations(design: Design, rng: np.random.Generator) -> tuple[float, float]:
    """Return the seconds that 10,000 allocations take here and in the loop."""
    looped = LOOPED[design.n_units]
    here = best(lambda: sum(len(arm) for arm in candidates(design, ALLOCATIONS, rng)))
    there = best(lambda: list(permuted(design, looped, rng)))
    return here, there * ALLOCATIONS / looped


def with_balance(design: Design, rng: np.random.Generator) -> tuple[float, float]:
    """Return the seconds that 100,000 candidates and their balance take here and in the loop."""
    looped = LOOPED[design.n_units]

    def ours() -> None:
        for arm in candidates(design, CANDIDATES, rng):
            distances(design.balance, arm, len(design.arms))

    there = best(lambda: permuted_with_balance(design, looped, rng))
    return best(ours), there * CANDIDATES / looped


def main() -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}\n")
    print("| work | schools | strata | here | loop | times faster | target |")
    print("|---|---|---|---|---|---|---|")
    rng = np.random.default_rng(1)
    for schools in LOOPED:
        for named, strata in STRATA.items():
            design = roster(schools, strata)
            for work, timed in (
                (f"{ALLOCATIONS:,} allocations", allocations),
                (f"{CANDIDATES:,} candidates with balance", with_balance),
            ):
                here, there = timed(design, rng)
                aim = f"{TARGET:.0f}" if schools == 200 else "-"
                print(
                    f"| {work} | {schools:,} | {strata} ({named}) | {here:.2f} s "
                    f"| {there:,.1f} s | {there / here:.1f} | {aim} |",
                    flush=True,
                )


if __name__ == "__main__":
    sys.exit(main())
