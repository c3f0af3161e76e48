"""Least squares with errors clustered by school, corrected for few schools.

Bell & McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky & Tipton (2018), Journal of
Business & Economic Statistics 36, 672-683. With ``C C' = (X'X)⁻¹`` and a school's block
``C' X_j'X_j C = Q s Q'``, a power of ``I - H_jj`` is a power of ``1 - s``, so that a school costs a
p by p matrix and never one of its pupils by its pupils.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, stdtr

from analysis.engine.arrays import Floats
from analysis.engine.grouping import group
from analysis.errors import AnalysisError

POWERS: Mapping[str, float] = {"CR0": 0.0, "CR1": 0.0, "CR1S": 0.0, "CR2": -0.5, "CR3": -1.0}
LEVERAGE = 1 - 1e-10  # above this a school alone decides a coefficient, and gives it no spread


@dataclass(frozen=True, slots=True)
class JointTest:
    """Whether several combinations of coefficients are all zero (approximate Hotelling)."""

    f: float
    df_between: float
    df_within: float
    p_value: float


@dataclass(frozen=True, eq=False)
class ClusterRobust:
    """Least squares with one kind of clustered covariance; degrees of freedom by Satterthwaite."""

    coefficients: Floats  # (p,)
    covariance: Floats  # (p, p)
    kind: str
    root: Floats  # (p, p), C
    eigenvectors: Floats  # (n_schools, p, p), Q
    leverages: Floats  # (n_schools, p), s

    @property
    def std_errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance).clip(0.0))  # a spread of zero is rounded either way

    @cached_property
    def df(self) -> Floats:
        """Return the degrees of freedom of each coefficient, (p,)."""
        return np.array([self.df_of(row) for row in np.eye(self.coefficients.size)])

    @property
    def p_values(self) -> Floats:
        return 2 * stdtr(self.df, -np.abs(self.coefficients / self.std_errors))

    def df_of(self, contrast: Floats) -> float:
        """Return the degrees of freedom of ``contrast @ coefficients``."""
        gram = self._cross(contrast, contrast)
        largest = float(np.abs(gram).max())
        if largest == 0:  # one school alone decides it
            return 0.0
        gram = gram / largest  # of any unit, so that no square is lost
        return float(np.trace(gram) ** 2 / np.sum(gram**2))

    def joint_test(self, contrasts: Floats) -> JointTest:
        """Test that ``contrasts @ coefficients`` (k,) is zero, contrasts of shape (k, p)."""
        k = contrasts.shape[0]
        expected = np.array([[np.trace(self._cross(a, b)) for b in contrasts] for a in contrasts])
        values, vectors = np.linalg.eigh(expected)
        standard = (vectors / np.sqrt(values)) @ vectors.T @ contrasts
        spread = 0.0
        for a in standard:
            for b in standard:
                mixed, own, other = self._cross(a, b), self._cross(a, a), self._cross(b, b)
                spread += float(np.sum(own * other) + np.sum(mixed * mixed.T))
        eta = k * (k + 1) / spread
        distance = contrasts @ self.coefficients
        inner = contrasts @ self.covariance @ contrasts.T
        q = float(distance @ np.linalg.solve(inner, distance))
        within = eta - k + 1
        f = within / (eta * k) * q
        p_value = float(fdtrc(k, within, f)) if within > 0 else float("nan")
        return JointTest(f, float(k), float(within), p_value)

    def _cross(self, a: Floats, b: Floats) -> Floats:
        """Return the covariance of the schools' contributions to two contrasts, (S, S).

        Under equal, independent errors: a'b of each pair of schools' weights, projected.
        """
        left, right = self._weights(a), self._weights(b)
        mixed = -left[1] @ right[1].T
        own = np.einsum("jp,jp->j", left[0], right[0])
        return mixed + np.diag(own)

    def _weights(self, contrast: Floats) -> tuple[Floats, Floats]:
        """Return per school the weights' length in the root of s, and their pull on the fit."""
        turned = np.einsum("jpk,p->jk", self.eigenvectors, self.root.T @ contrast)
        adjusted = turned * _power(self.leverages, POWERS[self.kind])
        length = adjusted * np.sqrt(self.leverages)
        pull = np.einsum("jpk,jk->jp", self.eigenvectors, adjusted * self.leverages)
        return length, pull


def cluster_robust(
    y: ArrayLike, x: ArrayLike, school: ArrayLike, kind: str = "CR2"
) -> ClusterRobust:
    """Fit ``y`` (n,) on ``x`` (n, p) by least squares, errors clustered by ``school`` (n,).

    ``kind`` is CR0, CR1, CR1S (Stata's), CR2 or CR3. Raises ``AnalysisError`` for another kind, a
    single school or columns that follow from one another.
    """
    if kind not in POWERS:
        raise AnalysisError(
            "there is no {kind}; choose from {known}", kind=kind, known=", ".join(POWERS)
        )
    outcome, design = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    grouping = group(np.asarray(school))
    if grouping.order is not None:
        outcome, design = outcome[grouping.order], design[grouping.order]
    (n, p), schools = design.shape, grouping.sizes.size
    if schools < 2:
        raise AnalysisError("errors cannot be clustered by one school")
    gram = design.T @ design
    scale = np.sqrt(np.diag(gram))
    if np.any(scale == 0) or np.linalg.eigvalsh(gram / np.outer(scale, scale)).min() < 1e-12:
        raise AnalysisError("columns of the design follow from one another; leave one out")
    root = np.linalg.inv(np.linalg.cholesky(gram)).T
    turned = design @ root
    blocks = np.stack(
        [
            turned[a : a + size].T @ turned[a : a + size]
            for a, size in zip(grouping.starts, grouping.sizes, strict=True)
        ]
    )
    leverages, eigenvectors = np.linalg.eigh(blocks)
    leverages = np.clip(leverages, 0.0, 1.0)
    b = root @ (turned.T @ outcome)
    left = outcome - design @ b
    scores = np.add.reduceat(turned * left[:, None], grouping.starts, axis=0)
    adjusted = np.einsum("jpk,jp->jk", eigenvectors, scores) * _power(leverages, POWERS[kind])
    adjusted = np.einsum("jpk,jk->jp", eigenvectors, adjusted)
    factor = {
        "CR1": schools / (schools - 1),
        "CR1S": schools * (n - 1) / ((schools - 1) * (n - p)),
    }.get(kind, 1.0)
    covariance = factor * root @ (adjusted.T @ adjusted) @ root.T
    return ClusterRobust(b, covariance, kind, root, eigenvectors, leverages)


def _power(leverages: Floats, power: float) -> Floats:
    left = np.where(leverages < LEVERAGE, 1 - leverages, 1.0)
    return np.where(leverages < LEVERAGE, left**power, 0.0 if power else 1.0)
