"""Standardised differences between arms: of allocations, and those a design lets expect."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from randomisation.design import BalanceRule, Design
from randomisation.errors import DesignError, NothingAccepted
from randomisation.redrawing import accepted, candidates

FEWEST = 100  # redraws behind a spread: its standard error is then 7 percent
APPROXIMATED = 20_000  # normal draws, where redraws would take too long


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Differences as likely as those of the official draw, and what they were found from."""

    values: NDArray[np.float64]  # standardised, shape (n, n_arms - 1, n_covariates)
    drawn: NDArray[np.int8]  # redraws; when approximated, of the rule without its acceptance
    share: float  # of all allocations that the balance rule accepts; 1 without such a rule
    how: str  # "redrawn", or "approximated" by normal differences


def standardised_differences(
    covariates: NDArray[np.float64], arm: NDArray[np.int8], n_arms: int
) -> NDArray[np.float64]:
    """Return arm mean minus control mean over the standard deviation of all units.

    Shape (n_draws, n_arms - 1, n_covariates) for arm codes of shape (n_draws, n_units). NaN where
    an arm has no value at all. Raises DesignError for a covariate without variation.
    """
    known = np.isfinite(covariates)
    filled = np.where(known, covariates, 0.0)
    spread = np.nanstd(np.where(known, covariates, np.nan), axis=0, ddof=1)
    if not np.all(spread > 0):
        raise DesignError(
            "covariate {column} is the same for every unit; leave it out",
            column=int(np.flatnonzero(~(spread > 0))[0]) + 1,
        )
    members = [(arm == code).astype(np.float64) for code in range(n_arms)]
    with np.errstate(invalid="ignore"):
        means = [rows @ filled / (rows @ known) for rows in members]
    return np.stack([(mean - means[0]) / spread for mean in means[1:]], axis=1)


def expected_differences(
    design: Design,
    covariates: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    n_draws: int = 2_000,
    most_words: int = 20_000_000,
) -> Expected:
    """Return the differences to expect of covariates of shape (n_units, n_covariates).

    ``most_words`` bounds the work: a hundred redraws at least, ``n_draws`` at most. Where a balance
    rule leaves fewer than a hundred, the differences are taken to be normal, with the covariance
    they have before acceptance: Morgan & Rubin (2012), Annals of Statistics 40:1263, section 3.
    """
    affordable = max(FEWEST, most_words // design.n_words)
    if design.balance is None:
        (drawn, _) = _redrawn(design, min(n_draws, affordable), n_draws, rng)
        values = standardised_differences(covariates, drawn, len(design.arms))
        return Expected(values, drawn, 1.0, "redrawn")
    drawn, share = _redrawn(design, affordable, n_draws, rng)
    if len(drawn) >= FEWEST:
        values = standardised_differences(covariates, drawn, len(design.arms))
        return Expected(values, drawn, share, "redrawn")
    return _approximated(design, design.balance, covariates, rng, min(affordable, n_draws))


def _redrawn(
    design: Design, most: int, n_draws: int, rng: np.random.Generator
) -> tuple[NDArray[np.int8], float]:
    """Return at most ``n_draws`` accepted of ``most`` candidates, and the share accepted."""
    kept, tried, found = [np.empty((0, design.n_units), dtype=np.int8)], 0, 0
    for arm in candidates(design, most, rng):
        kept.append(arm[accepted(design, arm)])
        tried, found = tried + len(arm), found + len(kept[-1])
        if found >= n_draws:
            break
    return np.concatenate(kept)[:n_draws], found / tried


def _approximated(
    design: Design,
    rule: BalanceRule,
    covariates: NDArray[np.float64],
    rng: np.random.Generator,
    n_draws: int,
) -> Expected:
    both = np.column_stack([rule.covariates, covariates])
    normal, drawn = normal_differences(design, both, rng, n_draws)
    balanced, others = np.split(normal, [rule.covariates.shape[1]], axis=2)
    inside = distances_of(design, rule.covariates, balanced).max(axis=1) < rule.threshold
    if np.count_nonzero(inside) < FEWEST:
        raise NothingAccepted("no allocation at all is balanced enough; accept more of them")
    return Expected(others[inside], drawn, float(inside.mean()), "approximated")


def normal_differences(
    design: Design, covariates: NDArray[np.float64], rng: np.random.Generator, n_draws: int
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return normal differences before any acceptance, and the redraws that gave their spread."""
    plain, n_arms = replace(design, balance=None), len(design.arms)
    drawn, _ = _redrawn(plain, n_draws, n_draws, rng)
    seen = standardised_differences(covariates, drawn, n_arms).reshape(n_draws, -1)
    spread = np.atleast_2d(np.cov(seen[np.isfinite(seen).all(axis=1)], rowvar=False))
    normal = rng.multivariate_normal(
        np.zeros(len(spread)), spread, size=APPROXIMATED, method="eigh"
    )
    return normal.reshape(APPROXIMATED, n_arms - 1, -1), drawn


def distances_of(
    design: Design, covariates: NDArray[np.float64], differences: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return M of every arm, shape (n, n_arms - 1), from standardised differences.

    Arms count as being exactly as large as their ratio says.
    """
    sizes = np.array(design.ratios) * design.n_units / design.deck.size
    weight = sizes[1:] * sizes[0] / (sizes[1:] + sizes[0])
    correlation = np.atleast_2d(np.corrcoef(covariates, rowvar=False))
    solved = np.linalg.solve(correlation, differences[..., None])[..., 0]
    found: NDArray[np.float64] = weight * (differences * solved).sum(axis=2)
    return found
