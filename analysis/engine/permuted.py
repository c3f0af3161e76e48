"""Thousands of random-intercept refits that differ in the arms alone, in one matrix product.

With the other columns projected out at a few nodes of the variance ratio, a refit needs from its
arms two short polynomials: ``h = t' P t`` and ``q = t' P y``; then ``b = h⁻¹ q``, and the residual
sum of squares falls by ``q' h⁻¹ q``.
"""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.interpolation import Axis, axis_for
from analysis.engine.moments import SchoolMoments
from analysis.engine.permuted_search import ProfileSearch

AT_ONCE = 2_000  # replicates held in memory together


@dataclass(frozen=True, slots=True, eq=False)
class ArmMoments:
    """Replicated arm columns by school: k contrasts against control in R replicates.

    ``within_columns`` and ``within_arms`` are None where an arm is constant in a school.
    """

    means: Floats  # (R, n_schools, k)
    within_columns: Floats | None = None  # (R, k, q), products with [X y]
    within_arms: Floats | None = None  # (R, k, k)

    def part(self, rows: slice) -> "ArmMoments":
        columns, arms = self.within_columns, self.within_arms
        return ArmMoments(
            self.means[rows],
            None if columns is None else columns[rows],
            None if arms is None else arms[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """Contrasts and their standard errors in every replicate, in the units of y."""

    estimates: Floats  # (R, k)
    std_errors: Floats  # (R, k)

    @property
    def t(self) -> Floats:
        return self.estimates / self.std_errors


def refit_arms(moments: SchoolMoments, arms: ArmMoments, *, reml: bool) -> Refits:
    """Refit the model of ``moments`` (``[X y]`` without the arms) with each replicate of the arms.

    A replicate in which an arm is empty or follows from the other columns gives NaN.
    """
    base = ArmFreeModel(
        moments, n_arms=arms.means.shape[2], within=arms.within_arms is not None, reml=reml
    )
    parts = [
        base.refit(arms.part(slice(start, start + AT_ONCE)))
        for start in range(0, arms.means.shape[0], AT_ONCE)
    ]
    unit = moments.scale[-1]
    return Refits(
        np.concatenate([part.estimates for part in parts]) * unit,
        np.concatenate([part.std_errors for part in parts]) * unit,
    )


class ArmFreeModel:
    """The model without arms at the nodes of the axis, projected out once for all replicates."""

    def __init__(self, moments: SchoolMoments, *, n_arms: int, within: bool, reml: bool) -> None:
        self.axis: Axis = axis_for(moments.sizes)
        self.reml, self.arms_vary_inside = reml, within
        self.p = moments.means.shape[1] - 1
        p, schools = self.p, moments.sizes.size
        self.nu = moments.n - (p + n_arms if reml else 0)
        ratio, log_f = self.axis.ratio(self.axis.nodes), self.axis.log_f(self.axis.nodes)[0]
        # Arms that are constant in a school lose weight as 1 / f; what is left is a polynomial.
        self.f = np.ones_like(log_f) if within else np.exp(log_f)
        weights = moments.sizes / (1 + ratio[:, None] * moments.sizes)  # (K, S)
        weighted = weights[:, :, None] * moments.means
        m = moments.within + np.einsum("ksa,sb->kab", weighted, moments.means)
        self.root = np.linalg.inv(np.linalg.cholesky(m[:, :p, :p]))  # (K, p, p)
        self.beta = np.linalg.solve(m[:, :p, :p], m[:, :p, p:])[:, :, 0]
        projected = np.einsum("ksb,kab->ksa", weighted[:, :, :p], self.root)
        left = weighted[:, :, p] - np.einsum("ksa,ka->ks", weighted[:, :, :p], self.beta)
        # one row per school: for every node the projection, the residual, the weight
        self.products = np.concatenate([projected, left[:, :, None], weights[:, :, None]], axis=2)
        self.products = self.products.transpose(1, 0, 2).reshape(schools, -1)
        self.weights = weights
        constant = p - np.linalg.matrix_rank(moments.within[:p, :p], tol=1e-9 * moments.n)
        self.powers = schools - ((constant + (0 if within else n_arms)) if reml else 0)
        logdet = np.log1p(ratio[:, None] * moments.sizes).sum(axis=1) - schools * log_f
        if reml:
            logdet = logdet + np.linalg.slogdet(m[:, :p, :p])[1] + constant * log_f
        residual = m[:, p, p] - np.einsum("ka,ka->k", m[:, :p, p], self.beta)
        self.common = np.stack([logdet, residual], axis=1)  # (K, 2)

    def at_nodes(self, arms: ArmMoments) -> tuple[Floats, Floats]:
        """Return h (K, R, a, a) and q (K, R, a), both times f."""
        (r, schools, a), p, k = arms.means.shape, self.p, self.f.size
        t = arms.means.transpose(0, 2, 1).reshape(r * a, schools)
        found = (t @ self.products).reshape(r, a, k, p + 2).transpose(2, 0, 1, 3)
        projected, q = found[..., :p], found[..., p].copy()
        if arms.within_columns is not None:
            extra = arms.within_columns
            projected = projected + np.einsum("rab,kcb->krac", extra[:, :, :p], self.root)
            q += extra[:, :, p] - np.einsum("rab,kb->kra", extra[:, :, :p], self.beta)
        if arms.within_arms is None:  # arms exclude one another, so t squared is t
            h = np.einsum("kra,ab->krab", found[..., p + 1], np.eye(a))
        else:
            h = np.einsum("ks,rsa,rsb->krab", self.weights, arms.means, arms.means, optimize=True)
            h = h + arms.within_arms
        h = h - projected @ projected.transpose(0, 1, 3, 2)
        return h * self.f[:, None, None, None], q * self.f[:, None, None]

    def refit(self, arms: ArmMoments) -> Refits:
        h, q = self.at_nodes(arms)
        with np.errstate(invalid="ignore", divide="ignore"):
            search = ProfileSearch(self, h, q)
            x = search.minimise()
            at = search.terms(x)
            b = np.einsum("rab,rb->ra", at.inverse, at.q)
            scale = (
                np.ones(x.size) if arms.within_arms is not None else np.exp(self.axis.log_f(x)[0])
            )
            variance = np.einsum("raa->ra", at.inverse) * (at.residual * scale / self.nu)[:, None]
            return Refits(b, np.sqrt(variance))
