"""The wild cluster bootstrap for few schools, with the null imposed.

Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90, 414-427; six-point weights
for fewer than twelve schools (Webb 2023, Canadian Journal of Economics 56, 839-858). Everything is
linear in the schools' weights, so that a replicate costs a p by p matrix per school.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.engine.arrays import Floats
from analysis.engine.grouping import group
from analysis.errors import AnalysisError

FEW = 12  # schools below which two-point weights repeat themselves too often
TIES = 1e-9
HALVINGS = 30


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """One coefficient of least squares: clustered t (CR1S) and its bootstrap p-value."""

    estimate: float
    std_error: float
    t: float
    p_value: float
    low: float | None  # effects the test does not reject; None where there is none
    high: float | None
    draws: int
    weights: str


def wild_cluster_bootstrap(
    y: ArrayLike,
    x: ArrayLike,
    school: ArrayLike,
    column: int,
    *,
    n_draws: int,
    rng: np.random.Generator,
    level: float = 0.95,
    interval: bool = True,
) -> WildBootstrap:
    """Test that one coefficient of ``y`` (n,) on ``x`` (n, p) is zero; invert the test if asked.

    ``x`` has full rank. Raises ``AnalysisError`` for fewer than three schools.
    """
    data = _Sums.of(np.asarray(y, dtype=float), np.asarray(x, dtype=float), school, column)
    weights, name = _weights(data.schools, n_draws, rng)
    estimate, std_error = data.observed
    if not std_error > TIES * abs(estimate):
        raise AnalysisError(
            "a wild bootstrap needs an effect that is seen in two schools or more; leave --wild out"
        )
    p_value = data.p_value(0.0, weights)
    sides = (-1.0, 1.0)
    ends = [_edge(data, weights, side, 1 - level) if interval else None for side in sides]
    return WildBootstrap(
        estimate, std_error, estimate / std_error, p_value, ends[0], ends[1], n_draws, name
    )


def _weights(schools: int, n_draws: int, rng: np.random.Generator) -> tuple[Floats, str]:
    if schools < FEW:
        points = np.sqrt([0.5, 1.0, 1.5])
        return rng.choice(np.concatenate([points, -points]), size=(n_draws, schools)), "six-point"
    return rng.choice([-1.0, 1.0], size=(n_draws, schools)), "two-point"


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Per school X'X and X'y, and the place of the coefficient."""

    xx: Floats  # (S, p, p)
    xy: Floats  # (S, p)
    column: int
    factor: float  # CR1S, Stata's

    @classmethod
    def of(cls, y: Floats, x: Floats, school: ArrayLike, column: int) -> "_Sums":
        grouping = group(np.asarray(school))
        if grouping.order is not None:
            y, x = y[grouping.order], x[grouping.order]
        schools, (n, p) = grouping.sizes.size, x.shape
        if schools < 3:
            raise AnalysisError("a wild bootstrap needs at least three schools, not {n}", n=schools)
        rows = [slice(a, a + size) for a, size in zip(grouping.starts, grouping.sizes, strict=True)]
        xx = np.stack([x[row].T @ x[row] for row in rows])
        xy = np.stack([x[row].T @ y[row] for row in rows])
        factor = schools / (schools - 1) * (n - 1) / (n - p)
        return cls(xx, xy, column, factor)

    @property
    def schools(self) -> int:
        return len(self.xy)

    @property
    def observed(self) -> tuple[float, float]:
        once = self._t(self.xy[None])
        return float(once[0][0]), float(once[1][0])

    def p_value(self, effect: float, weights: Floats) -> float:
        """Return the two-sided p-value of ``effect``, the observed statistic counted as one."""
        estimate, std_error = self.observed
        t = abs(estimate - effect) / std_error
        others = np.delete(np.arange(self.xx.shape[1]), self.column)
        total_xx, total_xy = self.xx.sum(axis=0), self.xy.sum(axis=0)
        restricted = np.zeros(self.xx.shape[1])
        restricted[self.column] = effect
        left = total_xy[others] - total_xx[others, self.column] * effect
        restricted[others] = np.linalg.solve(total_xx[np.ix_(others, others)], left)
        fitted = self.xx @ restricted
        drawn = fitted + weights[:, :, None] * (self.xy - fitted)  # (R, S, p)
        b, errors = self._t(drawn)
        beyond = np.abs(b - effect) / errors >= t * (1 - TIES)
        return float((1 + beyond.sum()) / (1 + beyond.size))

    def _t(self, xy: Floats) -> tuple[Floats, Floats]:
        """Return estimates and CR1S standard errors for (R, S, p) school sums."""
        inverse = np.linalg.inv(self.xx.sum(axis=0))
        b = xy.sum(axis=1) @ inverse
        scores = xy - np.einsum("spq,rq->rsp", self.xx, b)
        pulled = scores @ inverse[:, self.column]
        return b[:, self.column], np.sqrt(self.factor * np.sum(pulled**2, axis=1))


def _edge(data: _Sums, weights: Floats, side: float, alpha: float) -> float | None:
    estimate, std_error = data.observed
    inside, outside = 0.0, 3.0
    while data.p_value(estimate + side * outside * std_error, weights) > alpha:
        inside, outside = outside, 2 * outside
        if outside > 100:
            return None
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        kept = data.p_value(estimate + side * middle * std_error, weights) > alpha
        inside, outside = (middle, outside) if kept else (inside, middle)
    return estimate + side * (inside + outside) / 2 * std_error
