"""Trials drawn from the random-intercept model as sufficient statistics; no pupil is generated.

Schools of one size and arm form a group. Their means are normal with variance tau2 + sigma2 / n, so
the group's mean and sum of squares, and the pupils' sum of squares, are drawn exactly.
"""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.interpolation import axis_for
from analysis.engine.replicated import ReplicatedFits, Replicates, fit_replicates


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Schools of equal size and arm, g groups; the design is an intercept and the arm."""

    sizes: Floats  # (g,), pupils per school
    arms: Floats  # (g,), 0 or 1
    counts: Floats  # (g,), schools

    @classmethod
    def of_schools(cls, sizes: Floats, arms: Floats) -> "Groups":
        pairs, counts = np.unique(np.column_stack([sizes, arms]), axis=0, return_counts=True)
        return cls(pairs[:, 0], pairs[:, 1], counts.astype(float))

    @property
    def n_pupils(self) -> float:
        return float(self.sizes @ self.counts)

    @property
    def n_schools(self) -> float:
        return float(self.counts.sum())

    @property
    def design(self) -> Floats:
        """Return intercept and arm of each group, (g, 2)."""
        return np.column_stack([np.ones(self.arms.size), self.arms])


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """R simulated trials of the same design."""

    groups: Groups
    means: Floats  # (R, g), mean of the school means
    spread: Floats  # (R, g), sum of squares of the school means around it
    inside: Floats  # (R,), pupils' sum of squares inside schools

    def replicates(self) -> Replicates:
        """Return the cross-products of intercept, arm and outcome."""
        g = self.groups
        axis = axis_for(np.repeat(g.sizes, g.counts.astype(int)))
        ratio, log_f = axis.ratio(axis.nodes), axis.log_f(axis.nodes)[0]
        weights = g.sizes / (1 + ratio[:, None] * g.sizes) * np.exp(log_f)[:, None]
        loads = weights * g.counts
        r = len(self.inside)
        between = np.empty((axis.nodes.size, r, 3, 3))
        between[:, :, :2, :2] = np.einsum("kg,ga,gb->kab", loads, g.design, g.design)[:, None]
        cross = np.einsum("kg,rg,ga->kra", loads, self.means, g.design, optimize=True)
        between[:, :, 2, :2] = between[:, :, :2, 2] = cross
        between[:, :, 2, 2] = loads @ (self.means**2).T + weights @ self.spread.T
        within = np.zeros((r, 3, 3))
        within[:, 2, 2] = self.inside
        logdet = np.log1p(ratio[:, None] * g.sizes) @ g.counts - g.n_schools * log_f
        return Replicates(
            axis,
            within,
            between,
            np.repeat(logdet[:, None], r, axis=1),
            np.full(r, g.n_pupils),
            np.full(r, g.n_schools),
        )


def simulate(
    groups: Groups,
    n_trials: int,
    rng: np.random.Generator,
    *,
    school: float,
    pupil: float,
    effect: float,
) -> Simulated:
    """Draw trials with these variances and this effect of the arm."""
    variance = school + pupil / groups.sizes
    expected = effect * groups.arms
    means = rng.normal(expected, np.sqrt(variance / groups.counts), (n_trials, groups.sizes.size))
    more = groups.counts > 1
    spread = np.zeros_like(means)
    spread[:, more] = variance[more] * rng.chisquare(
        groups.counts[more] - 1, (n_trials, int(more.sum()))
    )
    inside = pupil * rng.chisquare(groups.n_pupils - groups.n_schools, n_trials)
    return Simulated(groups, means, spread, inside)


def fit_simulated(simulated: Simulated) -> ReplicatedFits:
    """Return the REML fit of every trial; the coefficients are intercept and arm."""
    return fit_replicates(simulated.replicates(), reml=True)
