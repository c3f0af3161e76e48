"""Newton's method on thousands of short vectors at once: one variance ratio per replicate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.bracketed import EDGE, around, grid_over, least
from analysis.engine.interpolation import chebyshev

if TYPE_CHECKING:
    from analysis.engine.permuted import ArmFreeModel


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The deviance of every replicate at its own x, with derivatives by x."""

    inverse: Floats  # (R, a, a), of h times f
    q: Floats  # (R, a), times f
    residual: Floats  # (R,)
    deviance: Floats
    first: Floats
    second: Floats


class ProfileSearch:
    """Finds the x of least deviance for every replicate; h and q are given at the nodes."""

    def __init__(self, base: "ArmFreeModel", h: Floats, q: Floats) -> None:
        self.base, self.h, self.q = base, h, q
        transform = base.axis.to_coefficients
        # replicates last: sums over nodes then run along memory
        self.h_terms = np.tensordot(transform, h.transpose(0, 2, 3, 1), axes=1)  # (K, a, a, R)
        self.q_terms = np.tensordot(transform, q.transpose(0, 2, 1), axes=1)  # (K, a, R)
        self.common_terms = transform @ base.common

    def minimise(self) -> Floats:
        """Return x (R,), -1 where there is no school variance, NaN where the axis is too short."""
        grid, r = grid_over(self.base.axis.nodes), self.h.shape[1]
        values = np.column_stack([self.terms(np.full(r, -1.0)).deviance, self._at_nodes().T])
        best = np.where(np.isnan(values), np.inf, values).argmin(axis=1)
        x = least(*around(grid, best), self._slopes)
        x[x > EDGE] = np.nan
        return x

    def _slopes(self, x: Floats, rows: Ints) -> tuple[Floats, Floats]:
        at = self.terms(x, None if rows.size == self.h.shape[1] else rows)
        return at.first, at.second

    def _at_nodes(self) -> Floats:
        """Return the deviance of every replicate at every node, (K, R)."""
        base = self.base
        log_f = base.axis.log_f(base.axis.nodes)[0]
        inverse, logdet = _inverse(self.h)
        fall = np.einsum("kra,krab,krb->kr", self.q, inverse, self.q) / base.f[:, None]
        deviance = base.nu * np.log(base.common[:, 1:] - fall)
        deviance += (base.common[:, 0] + base.powers * log_f)[:, None]
        return deviance + logdet if base.reml else deviance

    def terms(self, x: Floats, rows: Ints | None = None) -> Terms:
        """Return everything at ``x``, one value for each of ``rows`` (all unless given)."""
        base, k = self.base, self.base.axis.nodes.size
        basis = chebyshev(x, k)
        h_terms, q_terms = self.h_terms, self.q_terms
        if rows is not None:
            h_terms, q_terms = h_terms[..., rows], q_terms[..., rows]
        h, h1, h2 = (_along(part, h_terms).transpose(2, 0, 1) for part in basis)
        q, q1, q2 = (_along(part, q_terms).T for part in basis)
        c, c1, c2 = (part.T @ self.common_terms for part in basis)
        log_f, f1, f2 = base.axis.log_f(x)
        inverse, logdet = _inverse(h)
        b = np.einsum("rab,rb->ra", inverse, q)
        pull = q1 - np.einsum("rab,rb->ra", h1, b)
        u, u1 = _dot(q, b), 2 * _dot(b, q1) - _quadratic(b, h1)
        u2 = 2 * _dot(b, q2) - _quadratic(b, h2) + 2 * _quadratic(pull, inverse)
        g, g1, g2 = np.ones_like(x), np.zeros_like(x), np.zeros_like(x)
        if not base.arms_vary_inside:
            g = np.exp(-log_f)
            g1, g2 = -f1 * g, (f1**2 - f2) * g
        r, r1 = c[:, 1] - u * g, c1[:, 1] - u1 * g - u * g1
        r2 = c2[:, 1] - u2 * g - 2 * u1 * g1 - u * g2
        deviance = c[:, 0] + base.powers * log_f + base.nu * np.log(r)
        first = c1[:, 0] + base.powers * f1 + base.nu * r1 / r
        second = c2[:, 0] + base.powers * f2 + base.nu * (r2 / r - (r1 / r) ** 2)
        if base.reml:
            a1 = inverse @ h1
            deviance = deviance + logdet
            first = first + np.einsum("raa->r", a1)
            second = second + np.einsum("rab,rba->r", inverse, h2) - np.einsum("rab,rba->r", a1, a1)
        return Terms(inverse, q, r, deviance, first, second)


def _along(basis: Floats, terms: Floats) -> Floats:
    """Return the polynomials ``terms`` (K, …, R) at each replicate's own place, (…, R)."""
    return np.einsum("kr,k...r->...r", basis, terms)


def _inverse(h: Floats) -> tuple[Floats, Floats]:
    """Return inverse and log-determinant of small matrices; NaN where an arm is empty."""
    if h.shape[-1] == 1:
        value = np.where(h > 0, h, np.nan)
        return 1 / value, np.log(value[..., 0, 0])
    sign, logdet = np.linalg.slogdet(h)
    sound = np.where((sign > 0)[..., None, None], h, np.eye(h.shape[-1]))
    lost = np.where(sign > 0, 0.0, np.nan)
    return np.linalg.inv(sound) + lost[..., None, None], logdet + lost


def _dot(a: Floats, b: Floats) -> Floats:
    return np.einsum("ra,ra->r", a, b)


def _quadratic(a: Floats, m: Floats) -> Floats:
    return np.einsum("ra,rab,rb->r", a, m, a)
