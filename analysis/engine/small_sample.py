"""Kenward-Roger and Satterthwaite for the random-intercept model, in closed form.

Kenward & Roger (1997), Biometrics 53, 983-997; Satterthwaite (1946), Biometrics Bulletin 2,
110-114. Everything is a sum over schools of functions of their size, so nothing here costs more
than one evaluation of the likelihood.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError


@dataclass(frozen=True, eq=False)
class SmallSample:
    """What both corrections need, for variance components (school, …, pupil)."""

    covariance: Floats  # (p, p), Phi
    c: Floats  # (k, p, p), X' V⁻¹ V_i V⁻¹ X
    q: Floats  # (k, k, p, p), X' V⁻¹ V_i V⁻¹ V_j V⁻¹ X
    traces: Floats  # (k, k), tr(V⁻¹ V_i V⁻¹ V_j)
    observed_quadratic: Floats  # (k, k), r' V⁻¹ V_i V⁻¹ V_j V⁻¹ r less its projection on X
    reml: bool

    @classmethod
    def from_sums(
        cls, m: Floats, c: Floats, q: Floats, traces: Floats, coefficients: Floats, *, reml: bool
    ) -> "SmallSample":
        """Return the corrections from sums over the columns ``[X y]``: M, C, Q and traces."""
        p = coefficients.size
        covariance = np.linalg.inv(m[:p, :p])
        v = np.ones(p + 1)
        v[:p] = -coefficients
        pull = c[:, :p, :] @ v
        quadratic = (q @ v) @ v - pull @ covariance @ pull.T
        return cls(
            covariance=covariance,
            c=c[:, :p, :p],
            q=q[:, :, :p, :p],
            traces=traces,
            observed_quadratic=(quadratic + quadratic.T) / 2,
            reml=reml,
        )

    @cached_property
    def _phi_c(self) -> Floats:
        return self.covariance @ self.c

    @cached_property
    def expected_information(self) -> Floats:
        """Return the expected REML information of the variance components, shape (k, k)."""
        k = len(self.c)
        turned = self._phi_c.transpose(0, 2, 1).reshape(k, -1)
        projected = self._phi_c.reshape(k, -1) @ turned.T
        mixed = self.q.reshape(k, k, -1) @ self.covariance.ravel()
        return (self.traces - 2 * mixed + projected) / 2

    @cached_property
    def _inverses(self) -> tuple[Floats, Floats]:
        """Inverse information expected and at the data; the first twice where that is none.

        On the boundary the observed information can be indefinite.
        """
        expected = self.expected_information if self.reml else self.traces / 2
        observed: Floats = self.observed_quadratic - expected
        try:
            np.linalg.cholesky(observed)
        except np.linalg.LinAlgError:
            observed = self.expected_information
        try:
            at_both: Floats = np.linalg.inv(np.array([self.expected_information, observed]))
        except np.linalg.LinAlgError:
            raise AnalysisError(
                "so few pupils and schools cannot tell the variances apart, which Kenward-Roger "
                "and Satterthwaite need; choose --df between-within or normal"
            ) from None
        return at_both[0], at_both[1]

    @cached_property
    def kenward_roger_covariance(self) -> Floats:
        """Return the covariance of the coefficients with the small-sample correction, (p, p)."""
        phi, weights = self.covariance, self._inverses[0]
        k = len(weights)
        weighted = (weights @ self._phi_c.reshape(k, -1)).reshape(self.c.shape)
        inner = (weights.ravel() @ self.q.reshape(k * k, -1)).reshape(phi.shape)
        inner = inner - (self.c @ weighted).sum(axis=0)
        return phi + 2 * phi @ inner @ phi

    def satterthwaite_df(self, contrast: Floats) -> float:
        return self._df(contrast, self._inverses[1])

    def kenward_roger_df(self, contrast: Floats) -> float:
        """Return the degrees of freedom of one contrast (p,); its scale factor is exactly one."""
        return self._df(contrast, self._inverses[0])

    def _df(self, contrast: Floats, inverse_information: Floats) -> float:
        contrast = contrast / max(map(abs, contrast.tolist()))  # of any unit, so that squares fit
        direction = self.covariance @ contrast
        gradient = (self.c @ direction) @ direction
        variance = contrast @ direction
        return float(2 * variance**2 / (gradient @ inverse_information @ gradient))
