"""Thousands of random-intercept fits at once, each with cross-products of its own.

For the bootstrap and for simulated trials: within and between cross-products differ by replicate;
school sizes are those of the data. One Newton iteration works on all replicates together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.bracketed import EDGE, around, grid_over, least
from analysis.engine.interpolation import Axis, chebyshev

EVERY = 3  # nodes between those tried first


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Cross-products of ``[X y]`` in R replicates, between schools at the nodes of ``axis``."""

    axis: Axis
    within: Floats  # (R, q, q)
    between: Floats  # (K, R, t), upper triangles of (q, q), times f = 1 + ratio * reference
    logdet: Floats  # (K, R), of I + ratio Z Z', less n_schools * log f
    n_pupils: Floats  # (R,)
    n_schools: Floats  # (R,)

    def columns(self, chosen: Sequence[int]) -> "Replicates":
        """Return the replicates with these columns alone, the last being y."""
        pick, place = np.asarray(chosen), _places(self.within.shape[1])
        kept = place[np.ix_(pick, pick)][np.triu_indices(pick.size)]
        return Replicates(
            self.axis,
            self.within[:, pick][:, :, pick],
            self.between[:, :, kept],
            self.logdet,
            self.n_pupils,
            self.n_schools,
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReplicatedFits:
    """What each replicate estimates, in the scaled units of its columns; NaN where it cannot."""

    coefficients: Floats  # (R, p)
    covariances: Floats  # (R, p, p)
    ratios: Floats  # (R,)
    pupil: Floats  # (R,), pupil variance


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    b: Floats
    inverse: Floats
    residual: Floats
    deviance: Floats
    first: Floats
    second: Floats


def fit_replicates(replicates: Replicates, *, reml: bool) -> ReplicatedFits:
    """Fit every replicate exactly."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _ReplicatedSearch(replicates, reml=reml).fits()


class _ReplicatedSearch:
    def __init__(self, replicates: Replicates, *, reml: bool) -> None:
        self.data, self.reml = replicates, reml
        self.p = replicates.within.shape[1] - 1
        self.nu = replicates.n_pupils - (self.p if reml else 0)
        transform, shape = replicates.axis.to_coefficients, replicates.between.shape
        self.terms_of = (transform @ replicates.between.reshape(shape[0], -1)).reshape(shape)
        self.logdet_terms = transform @ replicates.logdet
        self.unpack = _places(self.p + 1)

    def fits(self) -> ReplicatedFits:
        x = self._minimise()
        x[x > EDGE] = np.nan  # the axis ends before the likelihood does
        at = self.terms(x, np.arange(x.size))
        pupil = at.residual / self.nu
        ratio = np.where(x <= -1, 0.0, self.data.axis.ratio(x))
        return ReplicatedFits(at.b, at.inverse * pupil[:, None, None], ratio, pupil)

    def _minimise(self) -> Floats:
        nodes, everyone = self.data.axis.nodes, np.arange(self.nu.size)
        x, low, high = self._started(grid_over(nodes[::EVERY]), everyone)
        flat = np.flatnonzero(x == -1.0)  # a second mode may lie between the nodes tried
        x[flat], low[flat], high[flat] = self._started(grid_over(nodes), flat)
        return least(x, low, high, self._slopes)

    def _slopes(self, x: Floats, rows: Ints) -> tuple[Floats, Floats]:
        at = self.terms(x, rows)
        return at.first, at.second

    def _started(self, grid: Floats, rows: Ints) -> tuple[Floats, Floats, Floats]:
        """Return the point of least deviance and its neighbours, each (R,)."""
        values = np.stack([self.deviance(float(x), rows) for x in grid[:-1]])
        best = np.where(np.isnan(values), np.inf, values).argmin(axis=0)
        return around(grid, best)

    def _matrices(self, x: Floats, rows: Ints) -> tuple[list[Floats], list[Floats]]:
        """Return M and the log-determinant of V at ``x`` with two derivatives each."""
        basis = chebyshev(x, self.data.axis.nodes.size)
        terms, logdets = _only(self.terms_of, rows), _only(self.logdet_terms, rows)
        p0, p1, p2 = (np.einsum("kr,krt->rt", part, terms)[:, self.unpack] for part in basis)
        log_f, f1, f2 = self.data.axis.log_f(x)
        g = np.exp(-log_f)
        g1, g2 = -f1 * g, (f1**2 - f2) * g
        g, g1, g2 = g[:, None, None], g1[:, None, None], g2[:, None, None]
        m = [
            self.data.within[rows] + p0 * g,
            p1 * g + p0 * g1,
            p2 * g + 2 * p1 * g1 + p0 * g2,
        ]
        schools = self.data.n_schools[rows]
        d = [np.einsum("kr,kr->r", part, logdets) for part in basis]
        return m, [
            part + schools * log_part for part, log_part in zip(d, (log_f, f1, f2), strict=True)
        ]

    def deviance(self, x: float, rows: Ints) -> Floats:
        """Return the deviance of ``rows`` at one ``x``, (R,); NaN where a column is lost."""
        at = np.array([x])
        basis = chebyshev(at, self.data.axis.nodes.size)[0][:, 0]
        log_f = float(self.data.axis.log_f(at)[0][0])
        between = np.tensordot(basis, _only(self.terms_of, rows), axes=1)[:, self.unpack]
        m = _only(self.data.within, rows, axis=0) + between * np.exp(-log_f)
        logdet = basis @ _only(self.logdet_terms, rows) + self.data.n_schools[rows] * log_f
        sign, log_all = np.linalg.slogdet(m)
        sign_x, log_x = np.linalg.slogdet(m[:, : self.p, : self.p])
        value = logdet + self.nu[rows] * (log_all - log_x) + (log_x if self.reml else 0.0)
        return np.where((sign > 0) & (sign_x > 0), value, np.nan)

    def terms(self, x: Floats, rows: Ints) -> _Terms:
        """Return fit, deviance and derivatives of ``rows``, each at its own ``x``."""
        p, nu = self.p, self.nu[rows]
        (m, m1, m2), (d, d1, d2) = self._matrices(x, rows)
        inverse = _sound_inverse(m[:, :p, :p])
        b = np.einsum("rab,rb->ra", inverse, m[:, :p, p])
        v = np.concatenate([-b, np.ones((len(b), 1))], axis=1)
        r, r1 = _quadratic(v, m), _quadratic(v, m1)
        pull = np.einsum("rab,rb->ra", m1[:, :p], v)
        r2 = _quadratic(v, m2) - 2 * _quadratic(pull, inverse)
        deviance = d + nu * np.log(r)
        first, second = d1 + nu * r1 / r, d2 + nu * (r2 / r - (r1 / r) ** 2)
        if self.reml:
            a1 = inverse @ m1[:, :p, :p]
            deviance = deviance - np.linalg.slogdet(inverse)[1]
            first = first + np.einsum("raa->r", a1)
            second = second + np.einsum("rab,rba->r", inverse, m2[:, :p, :p])
            second = second - np.einsum("rab,rba->r", a1, a1)
        return _Terms(b, inverse, r, deviance, first, second)


def _only(values: Floats, rows: Ints, axis: int = 1) -> Floats:
    """Return ``rows`` along the axis of the replicates, uncopied where all are meant."""
    return values if rows.size == values.shape[axis] else values.take(rows, axis=axis)


def _places(q: int) -> Ints:
    """Return where each element of a symmetric (q, q) matrix stands in its upper triangle."""
    upper, places = np.triu_indices(q), np.empty((q, q), dtype=np.intp)
    places[upper] = places.T[upper] = np.arange(upper[0].size)
    return places


def _sound_inverse(m: Floats) -> Floats:
    """Return inverses, NaN for a matrix whose columns are not all there."""
    scale = np.sqrt(np.einsum("raa->ra", m))
    scaled = m / (scale[:, :, None] * scale[:, None, :])
    sound = np.isfinite(scaled).all(axis=(1, 2))
    scaled = np.where(sound[:, None, None], scaled, np.eye(m.shape[1]))
    sound &= np.linalg.det(scaled) > 1e-12
    scaled = np.where(sound[:, None, None], scaled, np.eye(m.shape[1]))
    found = np.linalg.inv(scaled) / (scale[:, :, None] * scale[:, None, :])
    return np.where(sound[:, None, None], found, np.nan)


def _quadratic(a: Floats, m: Floats) -> Floats:
    return np.einsum("ra,rab,rb->r", a, m, a)
