"""Pupils in classes in schools, in closed form: sums over classes and over schools.

With ``a = n / (1 + l2 n)`` per class and ``N = sum a`` per school, the inverse of a school's
covariance is a diagonal less one outer product, so that nothing is ever inverted but X' V⁻¹ X.
Thetas are the ratios (school, class) of variance to pupil variance.
"""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.descent import Evaluation, Forms, profiled
from analysis.engine.moments import SchoolMoments
from analysis.engine.small_sample import SmallSample

STARTS = (0.02, 0.15, 0.8)  # variance ratios tried first


@dataclass(frozen=True, slots=True, eq=False)
class ClassLevels:
    """Class moments with the classes of each school side by side."""

    sizes: Floats  # (n_classes,)
    means: Floats  # (n_classes, q)
    first: Ints  # (n_schools,), each school's first class
    school: Ints  # (n_classes,)
    within: Floats  # (q, q), inside classes
    n: int
    reml: bool

    @property
    def p(self) -> int:
        return self.within.shape[0] - 1

    @property
    def forms(self) -> Forms:
        """Theta is the square of each parameter."""
        return np.stack([np.diag([1.0, 0.0]), np.diag([0.0, 1.0])])

    def deviance(self, theta: Floats) -> float:
        sums = _Sums(self, theta)
        pivots = np.log(np.diag(np.linalg.cholesky(sums.m)))
        nu = self.n - (self.p if self.reml else 0)
        value = sums.logdet + 2 * nu * pivots[-1]
        return float(value + (2 * pivots[:-1].sum() if self.reml else 0.0))

    def evaluate(self, theta: Floats) -> Evaluation:
        sums = _Sums(self, theta)
        c, q, single, double = sums.derivatives()
        return profiled(sums.m, c, q, sums.logdet, single, double, n=self.n, reml=self.reml)

    def small_sample(self, theta: Floats, coefficients: Floats, sigma2: float) -> SmallSample:
        """Return the corrections; components are (school, class, pupil)."""
        sums = _Sums(self, theta)
        c, q, single, double = sums.derivatives()
        c, q, double = _with_pupil(
            theta, sums.m - self.within, c, q, single, double, self.sizes.size
        )
        c, q, traces = c / sigma2**2, q / sigma2**3, double / sigma2**2
        c[-1] += self.within / sigma2**2
        q[-1, -1] += self.within / sigma2**3
        traces[-1, -1] += (self.n - self.sizes.size) / sigma2**2
        return SmallSample.from_sums(sums.m / sigma2, c, q, traces, coefficients, reml=self.reml)


def class_levels(moments: SchoolMoments, school_of_class: Ints, *, reml: bool) -> ClassLevels:
    """Order the classes of ``moments`` by school; ``school_of_class`` has shape (n_classes,)."""
    order = np.argsort(school_of_class, kind="stable")
    school = school_of_class[order]
    first = np.concatenate([[0], np.flatnonzero(np.diff(school)) + 1])
    return ClassLevels(
        moments.sizes[order], moments.means[order], first, school, moments.within, moments.n, reml
    )


def starting_points() -> list[Floats]:
    return [np.sqrt([school, klass]) for school in STARTS for klass in STARTS]


class _Sums:
    """Everything one pair of ratios gives, school by school."""

    def __init__(self, levels: ClassLevels, theta: Floats) -> None:
        l1, l2 = theta
        self.levels, load = levels, 1 + l2 * levels.sizes
        self.a = levels.sizes / load
        self.big = self._by_school(self.a)  # N
        self.load = 1 + l1 * self.big
        self.kappa = l1 / self.load
        weighted = self.a[:, None] * levels.means
        self.t = self._by_school(weighted)
        # a mean of the school's classes apart, so that nothing cancels
        mean = self.t / self.big[:, None]
        off = levels.means - mean.take(levels.school, axis=0)
        between = (off.T * self.a) @ off + (mean.T * (self.big / self.load)) @ mean
        self.m = levels.within + between
        self.logdet = float(np.log(load).sum() + np.log(self.load).sum())

    def _by_school(self, values: Floats) -> Floats:
        return np.add.reduceat(values, self.levels.first, axis=0)

    def derivatives(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return C (2, q, q), Q (2, 2, q, q), tr V⁻¹G (2,) and tr V⁻¹G V⁻¹G (2, 2)."""
        a, a2, load = self.a, self.a**2, self.load
        ts = self.t / load[:, None]
        pulled = self.kappa[:, None] * self.t
        r = a[:, None] * (self.levels.means - pulled.take(self.levels.school, axis=0))
        u = self._by_school(a[:, None] * r)
        size = self.m.shape
        c, q = np.empty((2, *size)), np.empty((2, 2, *size))
        c[0], c[1] = ts.T @ ts, r.T @ r
        q[0, 0] = (ts.T * (self.big / load)) @ ts
        q[0, 1] = (ts / load[:, None]).T @ u
        q[1, 0] = q[0, 1].T
        q[1, 1] = (r.T * a) @ r - (u.T * self.kappa) @ u
        s2, s3 = self._by_school(a2), self._by_school(a2 * a)
        single = np.array([np.sum(self.big / load), np.sum(a) - self.kappa @ s2])
        t_sc = np.sum(s2 / load**2)
        t_cc = np.sum(a2) - 2 * self.kappa @ s3 + np.sum((self.kappa * s2) ** 2)
        double = np.array([[np.sum((self.big / load) ** 2), t_sc], [t_sc, t_cc]])
        return c, q, single, double


def _with_pupil(
    theta: Floats,
    between: Floats,
    c: Floats,
    q: Floats,
    single: Floats,
    double: Floats,
    n_rows: int,
) -> tuple[Floats, Floats, Floats]:
    """Add the pupil component, whose basis is the covariance less the other parts of it."""
    c_pupil = between - np.tensordot(theta, c, axes=1)
    q_mixed = c - np.tensordot(theta, q, axes=1)  # pupil first, (2, q, q)
    q_pupil = c_pupil - np.tensordot(theta, q_mixed.transpose(0, 2, 1), axes=1)
    t_mixed = single - theta @ double
    t_pupil = n_rows - theta @ single - theta @ t_mixed
    size = c.shape[1]
    full = np.empty((3, 3, size, size))
    full[:2, :2] = q
    full[2, :2], full[:2, 2], full[2, 2] = q_mixed, q_mixed.transpose(0, 2, 1), q_pupil
    traces = np.block([[double, t_mixed[:, None]], [t_mixed[None, :], np.array([[t_pupil]])]])
    return np.concatenate([c, c_pupil[None]]), full, traces
