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
from analysis.engine.descent import Evaluation, Forms, profiled
from analysis.engine.small_sample import SmallSample


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Rotated data of the columns ``[X y]``; shorter blocks are padded with rows of zeros."""

    rows: Floats  # (n_schools, k, q)
    bases: Floats  # (r, n_schools, k, k), the G of each theta
    forms: Forms  # (r, m, m), symmetric
    within: Floats  # (q, q)
    n: int  # pupils
    reml: bool

    @property
    def p(self) -> int:
        return self.within.shape[0] - 1

    def deviance(self, theta: Floats) -> float:
        p, nu = self.p, self.n - (self.p if self.reml else 0)
        ratio = np.eye(self.rows.shape[1]) + np.tensordot(theta, self.bases, axes=1)
        solved = np.linalg.solve(ratio, self.rows)
        m = self.within + np.einsum("jka,jkb->ab", self.rows, solved)
        pivots = np.log(np.diag(np.linalg.cholesky(m)))
        value = np.linalg.slogdet(ratio)[1].sum() + 2 * nu * pivots[-1]
        return float(value + (2 * pivots[:p].sum() if self.reml else 0.0))

    def evaluate(self, theta: Floats) -> Evaluation:
        ratio = np.eye(self.rows.shape[1]) + np.tensordot(theta, self.bases, axes=1)
        inverse = np.linalg.inv(ratio)
        m, c, q, double = _sums(self.rows, self.bases, inverse)
        single = np.einsum("jkl,rjlk->r", inverse, self.bases)
        logdet = float(np.linalg.slogdet(ratio)[1].sum())
        return profiled(self.within + m, c, q, logdet, single, double, n=self.n, reml=self.reml)

    def small_sample(self, theta: Floats, coefficients: Floats, sigma2: float) -> SmallSample:
        """Return the corrections; components are the thetas in their order, then the pupil."""
        schools, k = self.rows.shape[:2]
        inverse = np.linalg.inv(np.eye(k) + np.tensordot(theta, self.bases, axes=1)) / sigma2
        pupil = np.broadcast_to(np.eye(k), (1, schools, k, k))
        m, c, q, traces = _sums(self.rows, np.concatenate([self.bases, pupil]), inverse)
        c[-1] += self.within / sigma2**2
        q[-1, -1] += self.within / sigma2**3
        traces[-1, -1] += (self.n - schools * k) / sigma2**2  # padded rows counted out again
        return SmallSample.from_sums(
            self.within / sigma2 + m, c, q, traces, coefficients, reml=self.reml
        )


def _sums(rows: Floats, bases: Floats, inverse: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return M, C, Q and the traces of all blocks together."""
    solved = inverse @ rows
    pulled = bases @ solved  # (r, n_schools, k, q)
    m = np.einsum("jka,jkb->ab", rows, solved)
    c = np.einsum("jka,rjkb->rab", solved, pulled)
    q = np.einsum("rjka,sjkb->rsab", pulled, inverse @ pulled)
    scaled = inverse @ bases
    return m, c, q, np.einsum("rjkl,sjlk->rs", scaled, scaled)
