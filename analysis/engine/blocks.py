"""Schools as small blocks: every model whose covariance is linear in its parameters.

A rotation inside each school leaves a few rows that carry all random effects and many that carry
pupil variance alone. The few form a block ``E_j`` with covariance
``sigma2 (I + sum theta_r G_jr)``; the many enter through their cross-products ``within``. Three
levels and random slopes are both of this kind; ``theta_r = s' form_r s`` keeps any ``s`` inside the
parameter space.
"""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.small_sample import SmallSample


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Rotated data of the columns ``[X y]``; shorter blocks are padded with rows of zeros."""

    rows: Floats  # (n_schools, k, q)
    bases: Floats  # (r, n_schools, k, k), the G of each theta
    forms: Floats  # (r, m, m), symmetric
    within: Floats  # (q, q)
    n: int  # pupils

    @property
    def p(self) -> int:
        return self.within.shape[0] - 1

    def theta(self, s: Floats) -> Floats:
        return np.einsum("a,rab,b->r", s, self.forms, s)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The profiled deviance at one theta, with what its derivatives need."""

    deviance: float  # constant left out
    coefficients: Floats
    factor: Floats  # (p, p), inverse of M_xx
    residual: float  # sum of squares
    gradient: Floats  # by theta
    hessian: Floats  # by theta


def evaluate(blocks: Blocks, theta: Floats, *, reml: bool) -> Evaluation:
    """Return the deviance at ``theta`` with exact first and second derivatives."""
    p, nu = blocks.p, blocks.n - (blocks.p if reml else 0)
    ratio = np.eye(blocks.rows.shape[1]) + np.tensordot(theta, blocks.bases, axes=1)
    inverse = np.linalg.inv(ratio)
    solved = inverse @ blocks.rows
    m = blocks.within + np.einsum("jka,jkb->ab", blocks.rows, solved)
    pulled = blocks.bases @ solved  # (r, n_schools, k, q)
    resolved = inverse @ pulled
    c = np.einsum("jka,rjkb->rab", solved, pulled)
    q = np.einsum("rjka,sjkb->rsab", pulled, resolved)
    factor = np.linalg.inv(m[:p, :p])
    v = np.append(-factor @ m[:p, p], 1.0)
    residual = float(v @ m @ v)
    scaled = inverse @ blocks.bases
    traces = np.einsum("rjkk->r", scaled)
    crossed = np.einsum("rjkl,sjlk->rs", scaled, scaled)
    pull = c[:, :p, :] @ v
    r1 = -np.einsum("a,rab,b->r", v, c, v)
    r2 = np.einsum("a,rsab,b->rs", v, q, v)
    r2 = r2 + r2.T - 2 * pull @ factor @ pull.T
    gradient = traces + nu * r1 / residual
    hessian = -crossed + nu * (r2 / residual - np.outer(r1, r1) / residual**2)
    deviance = np.linalg.slogdet(ratio)[1].sum() + nu * np.log(residual)
    if reml:
        deviance += np.linalg.slogdet(m[:p, :p])[1]
        a1 = factor @ c[:, :p, :p]
        a2 = np.einsum("ab,rsba->rs", factor, q[:, :, :p, :p])
        gradient = gradient - np.einsum("raa->r", a1)
        hessian = hessian + a2 + a2.T - np.einsum("rab,sba->rs", a1, a1)
    return Evaluation(float(deviance), -v[:p], factor, residual, gradient, hessian)


def deviance_only(blocks: Blocks, theta: Floats, *, reml: bool) -> float:
    """Return the deviance at ``theta`` without derivatives, for coarse searches."""
    p, nu = blocks.p, blocks.n - (blocks.p if reml else 0)
    ratio = np.eye(blocks.rows.shape[1]) + np.tensordot(theta, blocks.bases, axes=1)
    solved = np.linalg.solve(ratio, blocks.rows)
    m = blocks.within + np.einsum("jka,jkb->ab", blocks.rows, solved)
    pivots = np.log(np.diag(np.linalg.cholesky(m)))
    value = np.linalg.slogdet(ratio)[1].sum() + 2 * nu * pivots[-1]
    return float(value + (2 * pivots[:p].sum() if reml else 0.0))


def small_sample(
    blocks: Blocks, theta: Floats, coefficients: Floats, sigma2: float, *, reml: bool
) -> SmallSample:
    """Return the corrections; components are the thetas in their order, then the pupil."""
    p, (schools, k) = blocks.p, blocks.rows.shape[:2]
    inverse = np.linalg.inv(np.eye(k) + np.tensordot(theta, blocks.bases, axes=1)) / sigma2
    bases = np.concatenate([blocks.bases, np.broadcast_to(np.eye(k), (1, schools, k, k))])
    solved = inverse @ blocks.rows
    pulled = bases @ solved
    c = np.einsum("jka,rjkb->rab", solved, pulled)
    q = np.einsum("rjka,sjkb->rsab", pulled, inverse @ pulled)
    scaled = inverse @ bases
    traces = np.einsum("rjkl,sjlk->rs", scaled, scaled)
    c[-1] += blocks.within / sigma2**2
    q[-1, -1] += blocks.within / sigma2**3
    traces[-1, -1] += (blocks.n - schools * k) / sigma2**2  # padded rows counted out again
    m = blocks.within / sigma2 + np.einsum("jka,jkb->ab", blocks.rows, solved)
    phi = np.linalg.inv(m[:p, :p])
    v = np.append(-coefficients, 1.0)
    pull = c[:, :p, :] @ v
    quadratic = np.einsum("a,rsab,b->rs", v, q, v) - pull @ phi @ pull.T
    return SmallSample(
        covariance=phi,
        c=c[:, :p, :p],
        q=q[:, :, :p, :p],
        traces=traces,
        observed_quadratic=(quadratic + quadratic.T) / 2,
        reml=reml,
    )
