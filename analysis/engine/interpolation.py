"""The variance ratio on a bounded axis, and Chebyshev polynomials along it.

Everything a random-intercept likelihood needs is analytic in ``rho = ratio n / (1 + ratio n)``,
``n`` the mean school size; for very unequal schools the logarithm of the ratio is smoother.
"""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats

UNEQUAL = 2.5  # mean school over smallest, or largest over mean, above which the logarithm is used
NODES, NODES_UNEQUAL = 18, 40
HIGHEST = 1e4  # ratio times mean school size where the logarithmic axis ends


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A variable x on [-1, 1] for the variance ratio; x = -1 is the ratio zero.

    ``log_f`` is log(1 + ratio * reference): the part of determinants that no polynomial follows.
    """

    nodes: Floats  # (k,)
    reference: float  # a school size
    span: float | None  # length of the logarithmic axis; None where rho is the axis

    @property
    def to_coefficients(self) -> Floats:
        """Return the matrix from values at the nodes to Chebyshev coefficients, (k, k)."""
        k = self.nodes.size
        matrix: Floats = chebyshev(self.nodes, k)[0] * (2 / k)
        matrix[0] /= 2
        return matrix

    def log_f(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return log(1 + ratio * reference) at ``x`` with two derivatives."""
        if self.span is None:
            rest = 1 - x
            return -np.log(rest / 2), 1 / rest, 1 / rest**2
        return (x + 1) * self.span / 2, np.full_like(x, self.span / 2), np.zeros_like(x)

    def ratio(self, x: Floats) -> Floats:
        """Return the variance ratio at ``x``."""
        return np.expm1(self.log_f(x)[0]) / self.reference


def axis_for(sizes: Floats) -> Axis:
    """Return the axis on which schools of these sizes are interpolated to about 1e-12."""
    mean_size, largest = float(sizes.mean()), float(sizes.max())
    unequal = largest > UNEQUAL * mean_size or mean_size > UNEQUAL * float(sizes.min())
    k = NODES_UNEQUAL if unequal else NODES
    nodes = np.cos(np.pi * (np.arange(k) + 0.5) / k)[::-1].copy()
    if not unequal:
        return Axis(nodes, mean_size, None)
    return Axis(nodes, largest, float(np.log1p(HIGHEST * largest / mean_size)))


def chebyshev(x: Floats, k: int) -> tuple[Floats, Floats, Floats]:
    """Return the first ``k`` Chebyshev polynomials at ``x`` with two derivatives, each (k, r)."""
    value, first, second = (np.zeros((k, x.size)) for _ in range(3))
    value[0], value[1], first[1] = 1.0, x, 1.0
    double = 2 * x
    for n in range(2, k):
        np.subtract(double * value[n - 1], value[n - 2], out=value[n])
        np.subtract(2 * value[n - 1] + double * first[n - 1], first[n - 2], out=first[n])
        np.subtract(4 * first[n - 1] + double * second[n - 1], second[n - 2], out=second[n])
    return value, first, second
