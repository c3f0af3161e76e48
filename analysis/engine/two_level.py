"""The random-intercept model, exactly: a profile over the variance ratio and Newton steps."""

import math
from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.moments import SchoolMoments

SINGULAR_RATIO = 1e-8  # school variance over pupil variance below which it counts as none
STEPS = 60
PRECISION = 1e-8  # of the last step; Newton then leaves its square
GRID = np.concatenate([[0.0], np.geomspace(1e-5, 1e5, 21)])  # ratio times mean school size
CLOSER = np.concatenate([[0.0], np.geomspace(1e-2, 1e2, 33)])  # tried before a boundary is believed
BEYOND = np.geomspace(1e6, 1e14, 17)  # the same, tried where pupils of a school hardly differ


@dataclass(frozen=True, slots=True, eq=False)
class RandomIntercept:
    """The solution in the units of the moments: variances, coefficients, their covariance."""

    ratio: float  # school variance over pupil variance
    pupil: float
    coefficients: Floats  # (p,)
    covariance: Floats  # (p, p), the model's own
    deviance: float  # without the scales of X and y
    reml: bool

    @property
    def school(self) -> float:
        return self.ratio * self.pupil


class Profile:
    """The deviance of a random-intercept model as a function of the variance ratio alone.

    ``Z = [X y]``; ``M(ratio) = Z' V⁻¹ Z`` times the pupil variance, from merged school means.
    """

    def __init__(self, moments: SchoolMoments, *, reml: bool) -> None:
        self.sizes, self.counts, self.outer = moments.merged_by_size
        self.within, self.reml = moments.within, reml
        self.flat = self.outer.reshape(self.sizes.size, -1)
        self.n, self.p = moments.n, moments.within.shape[0] - 1
        self.nu = self.n - self.p if reml else self.n  # divisor of the residual sum of squares

    def cross_products(self, ratio: float) -> Floats:
        """Return M, shape (p + 1, p + 1): within plus weighted between, so nothing cancels."""
        weights = self.sizes / (1 + ratio * self.sizes)
        return self.within + (weights @ self.flat).reshape(self.within.shape)

    def deviances(self, ratios: Floats) -> Floats:
        """Return minus twice the profiled log-likelihood at each ratio, the constant left out."""
        loads = 1 + ratios[:, None] * self.sizes
        q = self.p + 1
        between = (self.sizes / loads) @ self.flat
        factor = np.linalg.cholesky(self.within + between.reshape(-1, q, q))
        pivots = np.log(np.diagonal(factor, axis1=1, axis2=2))  # the last is that of the residual
        values = np.log(loads) @ self.counts + 2 * self.nu * pivots[:, -1]
        return values + 2 * pivots[:, :-1].sum(axis=1) if self.reml else values

    def slopes(self, ratio: float) -> tuple[float, float]:
        """Return the first and second derivative of the deviance by the ratio."""
        p, load = self.p, self.sizes / (1 + ratio * self.sizes)
        powers = np.array([load, -(load**2), 2 * load**3])
        m, m1, m2 = (powers @ self.flat).reshape(3, p + 1, p + 1)
        m = m + self.within
        inverse = np.linalg.inv(m[:p, :p])
        v = np.append(-inverse @ m[:p, p], 1.0)
        r, r1, pull = v @ m @ v, v @ m1 @ v, m1[:p] @ v
        r2 = v @ m2 @ v - 2 * pull @ inverse @ pull
        first = self.counts @ load + self.nu * r1 / r
        second = -self.counts @ load**2 + self.nu * (r2 / r - (r1 / r) ** 2)
        if self.reml:
            a1 = inverse @ m1[:p, :p]
            first += a1.trace()
            second += np.vdot(inverse, m2[:p, :p]) - np.vdot(a1, a1.T)
        return float(first), float(second)

    def best_ratio(self) -> float:
        """Return the ratio with the least deviance; exactly 0.0 on the boundary.

        A coarse grid first, because the likelihood may have two modes; then Newton.
        """
        unit = self.counts.sum() / (self.counts @ self.sizes)
        grid = GRID * unit
        best = int(self.deviances(grid).argmin())
        if best in (0, GRID.size - 1):
            grid = CLOSER * unit if best == 0 else np.append(grid, BEYOND * unit)
            best = int(self.deviances(grid).argmin())
        ratio = float(grid[best])
        slopes = self.slopes(ratio)
        if best == 0 and slopes[0] >= 0:
            return 0.0
        low, high = ratio, float(grid[min(best + 1, grid.size - 1)])
        if slopes[0] > 0:
            low, high = float(grid[best - 1]), ratio
        if ratio == 0:
            ratio = high / 2
            slopes = self.slopes(ratio)
        return self._newton(ratio, slopes, low, high)

    def _newton(self, ratio: float, slopes: tuple[float, float], low: float, high: float) -> float:
        """Find where the slope turns positive between ``low`` and ``high``."""
        for _ in range(STEPS):
            first, second = slopes
            low, high = (ratio, high) if first < 0 else (low, ratio)
            curvature = second + first / ratio  # in the logarithm, where steps are even
            step = -first / (ratio * curvature) if curvature > 0 else math.inf
            proposal = ratio * math.exp(max(-5.0, min(5.0, step)))
            if not low <= proposal <= high:
                proposal = (low + high) / 2
            moved, ratio = abs(proposal - ratio), proposal
            if moved <= PRECISION * ratio:
                break
            slopes = self.slopes(ratio)
        return ratio


def solve(moments: SchoolMoments, *, reml: bool = True) -> RandomIntercept:
    """Return the exact (restricted) maximum-likelihood solution."""
    profile = Profile(moments, reml=reml)
    ratio = profile.best_ratio()
    p, m = profile.p, profile.cross_products(ratio)
    inverse = np.linalg.inv(m[:p, :p])
    coefficients = inverse @ m[:p, p]
    v = np.append(-coefficients, 1.0)
    pupil = float(v @ m @ v) / profile.nu
    constant = profile.nu * (1 + np.log(2 * np.pi / profile.nu))
    deviance = float(profile.deviances(np.array([ratio]))[0] + constant)
    return RandomIntercept(ratio, pupil, coefficients, pupil * inverse, deviance, reml)
