"""Optimal pairs, triples and larger groups of alike units within strata.

Every possible group is a column of a set-partitioning problem, which HiGHS solves (scipy). The
linear relaxation prices the groups; only those that its bound cannot rule out enter the integer
problem, so the outcome is the proven optimum and not a greedy one. For pairs this is minimum-weight
matching: Greevy, Lu, Silber & Rosenbaum (2004), Biostatistics 5(2), 263-275.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from randomisation.errors import DesignError
from randomisation.redrawing import whiten

if TYPE_CHECKING:
    from scipy.sparse import csc_array

MOST_GROUPS = 200_000  # candidates in one stratum: 632 units in pairs, 107 in triples
FIRST_ROUND = 40  # groups per unit with which a first good matching is sought


@dataclass(frozen=True, slots=True)
class Matching:
    """Units matched within strata, and those for whom no group was left."""

    groups: tuple[tuple[int, ...], ...]  # unit numbers
    left_over: tuple[int, ...]  # the units whose absence makes the rest most alike
    strata: tuple[str, ...]  # of every unit: a stratum per group, one per stratum for left-overs
    distance: float  # sum over groups of Mahalanobis distances between members


def match(covariates: NDArray[np.float64], strata: Sequence[str], size: int = 2) -> Matching:
    """Match units within strata into groups of ``size``: the sum of the design's ratios.

    ``covariates`` has shape (n_units, n_covariates) and is whitened over all units. Where a stratum
    is no multiple of ``size``, the units left over become a stratum of their own, dealt from the
    deck as any odd unit. Raises DesignError when a value is missing, a covariate is constant or
    follows from the others, or a stratum has too many units to match.
    """
    if not np.isfinite(covariates).all():
        unit, column = np.argwhere(~np.isfinite(covariates))[0]
        raise DesignError(
            "unit {unit} has no value of covariate {column} to be matched on; fill it in or match "
            "on another",
            unit=int(unit) + 1,
            column=int(column) + 1,
        )
    whitened = whiten(covariates)
    names, groups, left_over, distance = list(strata), [], [], 0.0
    for stratum in sorted(set(strata)):
        members = np.flatnonzero([name == stratum for name in strata])
        found, total = _best_groups(whitened[members], size, stratum)
        distance += total
        for number, group in enumerate(found, start=1):
            groups.append(tuple(members[group].tolist()))
            for unit in groups[-1]:
                names[unit] = f"{stratum}/{number}"
        outside = sorted(set(members.tolist()) - {unit for group in groups for unit in group})
        left_over += outside
        for unit in outside:
            names[unit] = f"{stratum}/rest"
    return Matching(tuple(groups), tuple(sorted(left_over)), tuple(names), distance)


def _best_groups(
    positions: NDArray[np.float64], size: int, stratum: str
) -> tuple[list[list[int]], float]:
    n = len(positions)
    if n < size:
        return [], 0.0
    if comb(n, size) > MOST_GROUPS:
        raise DesignError(
            'stratum "{stratum}" has {n} units, too many to match in groups of {size}; '
            "split it first, for instance by size of school",
            stratum=stratum,
            n=n,
            size=size,
        )
    groups = np.array(list(combinations(range(n), size)))
    apart = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    cost = np.sum([apart[groups[:, a], groups[:, b]] for a, b in combinations(range(size), 2)], 0)
    chosen = _partition(groups, cost, n)
    return sorted(groups[chosen].tolist()), float(cost[chosen].sum())


def _partition(groups: NDArray[np.intp], cost: NDArray[np.float64], n: int) -> NDArray[np.intp]:
    """Return the rows of ``groups`` that use no unit twice, as many as fit, at the least cost."""
    from scipy.optimize import linprog  # slow to import, and only matching needs it
    from scipy.sparse import csc_array

    n_groups, size = groups.shape
    column = np.repeat(np.arange(n_groups), size)
    uses = csc_array((np.ones(groups.size), (groups.ravel(), column)), shape=(n, n_groups))
    everything = csc_array(np.ones((1, n_groups)))
    relaxed = linprog(
        cost, A_ub=uses, b_ub=np.ones(n), A_eq=everything, b_eq=[n // size], method="highs"
    )
    price = cost - uses.T @ relaxed.ineqlin.marginals - relaxed.eqlin.marginals[0]
    cheap = np.argsort(price, kind="stable")[: FIRST_ROUND * n]
    good = _whole(cost, uses, cheap, n // size)
    gap = np.inf if good is None else cost[good].sum() - relaxed.fun
    rival = np.flatnonzero(price <= gap + 1e-7)
    best = good if set(rival) <= set(cheap) else _whole(cost, uses, rival, n // size)
    assert best is not None  # every group is a rival when the first round found nothing
    return best


def _whole(
    cost: NDArray[np.float64], uses: "csc_array", columns: NDArray[np.intp], n_chosen: int
) -> NDArray[np.intp] | None:
    """Solve the integer problem over some of the groups; None when they do not fit together."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    solved = milp(
        cost[columns],
        integrality=np.ones(columns.size),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(uses[:, columns], ub=1),
            LinearConstraint(np.ones((1, columns.size)), n_chosen, n_chosen),
        ],
        options={"mip_rel_gap": 0},
    )
    return None if solved.x is None else columns[solved.x > 0.5]
