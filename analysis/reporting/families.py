"""Several outcomes or arms judged together, so that one of many is not found by chance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError


def adjusted_p_values(p_values: Sequence[float], method: str = "holm") -> Floats:
    """Return p-values that hold for the whole family.

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70, holds always; Hochberg (1988),
    Biometrika 75, 800-802, under independence or positive dependence. Raises ``AnalysisError`` for
    another method.
    """
    from statsmodels.stats.multitest import multipletests

    names = {"holm": "holm", "hochberg": "simes-hochberg"}
    if method not in names:
        raise AnalysisError(
            "there is no adjustment {method}; choose from {known}",
            method=method,
            known=", ".join(names),
        )
    if not len(p_values):
        return np.empty(0)
    return np.asarray(multipletests(p_values, method=names[method])[1], dtype=float)


def westfall_young(statistics: ArrayLike, *, exact: bool = False) -> Floats:
    """Return step-down p-values from joint permutations within the design, shape (m,).

    ``statistics`` has shape (1 + n_draws, m): of each hypothesis its statistic, the observed first,
    each row under one and the same allocation. Westfall & Young (1993), algorithm 4.1: the largest
    of the hypotheses not yet rejected, p = (1 + exceeding) / (1 + draws), kept in order; or, where
    the draws are ``exact``, all the allocations there are, the share of them that exceeds. Raises
    ``AnalysisError`` without a draw.
    """
    size = np.abs(np.asarray(statistics, dtype=float))
    if size.ndim != 2 or len(size) < 2:
        raise AnalysisError("a joint test needs the observed statistics and at least one draw")
    size = np.where(np.isnan(size), np.inf, size)  # a draw without a statistic counts against
    order = np.argsort(-size[0], kind="stable")
    largest = np.maximum.accumulate(size[:, order[::-1]], axis=1)[:, ::-1]
    beyond = largest[1:] >= size[0, order] * (1 - 1e-9)
    raw = beyond.mean(axis=0) if exact else (1 + beyond.sum(axis=0)) / len(size)
    adjusted = np.empty(order.size)
    adjusted[order] = np.maximum.accumulate(raw)
    return adjusted
