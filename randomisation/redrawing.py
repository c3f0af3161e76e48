"""The same rule with other words: many allocations for inference and rehearsal (section 7)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from randomisation.blocked import assign
from randomisation.design import BalanceRule, Design
from randomisation.errors import DesignError, NothingAccepted

WORDS_AT_ONCE = 1_000_000  # 8 MB: more would leave the cache


def redraw(
    design: Design,
    n_draws: int,
    rng: np.random.Generator,
    *,
    max_candidates: int = 10_000_000,
) -> NDArray[np.int8]:
    """Return arm codes of allocations as likely as the official one, shape (n_draws, n_units).

    A re-randomised design passes over candidates as the official draw does, with M in floating
    point. Raises NothingAccepted when ``max_candidates`` do not hold ``n_draws`` balanced ones.
    """
    drawn = np.empty((n_draws, design.n_units), dtype=np.int8)
    filled = tried = 0
    while filled < n_draws:
        if tried >= max_candidates:
            raise NothingAccepted(
                "only {filled} of {tried} candidates are balanced enough; {needed} are needed: "
                "accept more allocations",
                filled=filled,
                tried=tried,
                needed=n_draws,
            )
        share = max(filled, 1) / max(tried, 1)
        wanted = min(int((n_draws - filled) / share) + 1, max_candidates - tried)
        for arm in candidates(design, wanted, rng):
            kept = arm if design.balance is None else arm[accepted(design, arm)]
            kept = kept[: n_draws - filled]
            drawn[filled : filled + len(kept)] = kept
            filled += len(kept)
        tried += wanted
    return drawn


def candidates(
    design: Design, n_candidates: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int8]]:
    """Yield arm codes of candidates, n_candidates in all, in parts that fit in memory."""
    at_once = max(1, WORDS_AT_ONCE // design.n_words)
    for start in range(0, n_candidates, at_once):
        size = (min(at_once, n_candidates - start), design.n_words)
        yield assign(design, rng.integers(2**64, size=size, dtype=np.uint64))


def accepted(design: Design, arm: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which allocations the design's balance rule accepts, shape (n_draws,)."""
    if design.balance is None:
        return np.ones(len(arm), dtype=np.bool_)
    return distances(design.balance, arm, len(design.arms)) < design.balance.threshold


def distances(rule: BalanceRule, arm: NDArray[np.int8], n_arms: int) -> NDArray[np.float64]:
    """Return the largest M over the arms, shape (n_draws,); infinite where an arm is empty."""
    return distances_by_arm(rule.covariates, arm, n_arms).max(axis=1)


def distances_by_arm(
    covariates: NDArray[np.float64], arm: NDArray[np.int8], n_arms: int
) -> NDArray[np.float64]:
    """Return M of every arm against control, shape (n_draws, n_arms - 1); inf where one is empty.

    Morgan & Rubin (2012), Annals of Statistics 40:1263.
    """
    with_ones = np.column_stack([whiten(covariates), np.ones(len(covariates))])
    totals = [(arm == code).astype(np.float64) @ with_ones for code in range(1, n_arms)]
    totals.insert(0, with_ones.sum(axis=0) - sum(totals))  # control is what the others leave
    counts = [total[:, -1] for total in totals]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [total[:, :-1] / n[:, None] for total, n in zip(totals, counts, strict=True)]
        squared = [
            n * counts[0] / (n + counts[0]) * ((mean - means[0]) ** 2).sum(axis=1)
            for mean, n in zip(means[1:], counts[1:], strict=True)
        ]
    return np.nan_to_num(np.stack(squared, axis=1), nan=np.inf)


def whiten(covariates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the covariates centred, uncorrelated and with sample variance 1, same shape.

    Raises DesignError when a covariate is constant or follows from the others.
    """
    centred = covariates - covariates.mean(axis=0)
    if np.linalg.matrix_rank(centred / np.maximum(centred.std(axis=0), 1e-300)) < centred.shape[1]:
        raise DesignError("a covariate is constant or follows from the others; leave it out")
    lower = np.linalg.cholesky(np.atleast_2d(np.cov(centred, rowvar=False)))
    return np.linalg.solve(lower, centred.T).T
