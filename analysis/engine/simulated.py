"""Trials drawn from the random-intercept model as sufficient statistics; no pupil is generated.

Schools of one size and arm form a group. Their means are normal with variance tau2 + sigma2 / n, so
the group's mean and sum of squares, and the pupils' sum of squares, are drawn exactly.
"""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.interpolation import axis_for
from analysis.engine.replicated import ReplicatedFits
from analysis.engine.scalar_search import best_x


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
    g = simulated.groups
    axis, x_pairs = axis_for(np.repeat(g.sizes, g.counts.astype(int))), g.design
    ratio, log_f = axis.ratio(axis.nodes), axis.log_f(axis.nodes)[0]
    loads = g.sizes / (1 + ratio[:, None] * g.sizes) * g.counts  # (K, g)
    xx = np.einsum("kg,ga,gb->kab", loads, x_pairs, x_pairs)
    root = np.linalg.inv(np.linalg.cholesky(xx))
    projected = np.einsum("kab,gb,kg->kga", root, x_pairs, loads)
    fall = (simulated.means @ projected.transpose(1, 0, 2).reshape(g.sizes.size, -1)) ** 2
    residuals = loads @ (simulated.means**2).T + (loads / g.counts) @ simulated.spread.T
    residuals += simulated.inside - fall.reshape(len(fall), axis.nodes.size, 2).sum(axis=2).T
    common = np.log1p(ratio[:, None] * g.sizes) @ g.counts + np.linalg.slogdet(xx)[1]
    powers, nu = g.n_schools - 2, g.n_pupils - 2  # intercept and arm are columns of schools
    x = best_x(axis, common - powers * log_f, powers, residuals, nu)
    return _at(simulated, np.where(x <= -1, 0.0, axis.ratio(x)), nu)


def _at(simulated: Simulated, ratios: Floats, nu: float) -> ReplicatedFits:
    """Return the fits at known variance ratios, (R,), without any interpolation."""
    g = simulated.groups
    weights = g.sizes / (1 + ratios[:, None] * g.sizes)  # (R, g)
    loads = weights * g.counts
    treated = loads @ g.arms
    total = loads.sum(axis=1)
    determinant = treated * (total - treated)  # arms are zero or one
    weighted = loads * simulated.means
    y_treated, y_total = weighted @ g.arms, weighted.sum(axis=1)
    control = (y_total - y_treated) / (total - treated)
    effect = y_treated / treated - control
    inverse = np.empty((ratios.size, 2, 2))
    inverse[:, 0, 0] = treated / determinant
    inverse[:, 0, 1] = inverse[:, 1, 0] = -treated / determinant
    inverse[:, 1, 1] = total / determinant
    fitted = control[:, None] + effect[:, None] * g.arms
    residual = simulated.inside + np.sum(loads * (simulated.means - fitted) ** 2, axis=1)
    residual += np.sum(weights * simulated.spread, axis=1)
    pupil = residual / nu
    coefficients = np.column_stack([control, effect])
    return ReplicatedFits(coefficients, inverse * pupil[:, None, None], ratios, pupil)
