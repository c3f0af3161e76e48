"""Small-sample tests of the arm in thousands of simulated trials at once."""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.replicated import ReplicatedFits
from analysis.engine.simulated import Simulated


@dataclass(frozen=True, slots=True, eq=False)
class ArmTests:
    """Estimate, standard error and degrees of freedom of the arm in R trials, by one method."""

    estimates: Floats
    std_errors: Floats
    df: Floats  # inf for the normal distribution


def kenward_roger(simulated: Simulated, fits: ReplicatedFits) -> ArmTests:
    """Return the default test: Kenward-Roger's standard error and degrees of freedom."""
    c, q, traces = _components(simulated, fits)
    phi = fits.covariances
    information = _expected_information(phi, c, q, traces)
    weights = np.linalg.inv(information)
    gap = q - np.einsum("irab,rbc,jrcd->ijrad", c, phi, c)
    inner = np.einsum("rij,ijrab->rab", weights, gap)
    adjusted = phi + 2 * phi @ inner @ phi
    gradient = np.einsum("ra,irab,rb->ri", phi[:, 1], c, phi[:, 1])
    df = 2 * phi[:, 1, 1] ** 2 / np.einsum("ri,rij,rj->r", gradient, weights, gradient)
    return ArmTests(fits.coefficients[:, 1], np.sqrt(adjusted[:, 1, 1]), df)


def normal(fits: ReplicatedFits) -> ArmTests:
    """Return the z test with the model's own standard error."""
    errors = np.sqrt(fits.covariances[:, 1, 1])
    return ArmTests(fits.coefficients[:, 1], errors, np.full(errors.size, np.inf))


def pupils_at_boundary(simulated: Simulated, fits: ReplicatedFits) -> ArmTests:
    """Return Satterthwaite's test as lmerTest gives it, pupils counted where no school variance is.

    Off the boundary the degrees of freedom are those of the expected information, close to its own.
    """
    found = kenward_roger(simulated, fits)
    pupils = simulated.groups.n_pupils - 2
    df = np.where(fits.ratios == 0, pupils, found.df)
    return ArmTests(found.estimates, np.sqrt(fits.covariances[:, 1, 1]), df)


def clustered_least_squares(simulated: Simulated) -> ArmTests:
    """Return least squares, errors clustered by school (CR1, Stata's factor), schools less two."""
    g = simulated.groups
    pupils = g.sizes * g.counts
    estimates, variance = np.zeros(len(simulated.inside)), np.zeros(len(simulated.inside))
    for arm, sign in ((0.0, -1.0), (1.0, 1.0)):
        mine = g.arms == arm
        total = pupils[mine].sum()
        mean = simulated.means[:, mine] @ pupils[mine] / total
        off = simulated.means[:, mine] - mean[:, None]
        squares = simulated.spread[:, mine] + g.counts[mine] * off**2
        estimates += sign * mean
        variance += squares @ g.sizes[mine] ** 2 / total**2
    m, n = g.n_schools, g.n_pupils
    variance *= m / (m - 1) * (n - 1) / (n - 2)
    return ArmTests(estimates, np.sqrt(variance), np.full(estimates.size, m - 2))


def _components(simulated: Simulated, fits: ReplicatedFits) -> tuple[Floats, Floats, Floats]:
    """Return C (2, R, 2, 2), Q (2, 2, R, 2, 2) and traces (R, 2, 2) of (school, pupil)."""
    g, sigma2 = simulated.groups, fits.pupil[:, None]
    d = sigma2 * (1 + fits.ratios[:, None] * g.sizes)  # (R, g)
    outer = np.einsum("g,ga,gb->gab", g.counts * g.sizes**2, g.design, g.design)

    def total(weights: Floats) -> Floats:
        return np.tensordot(weights, outer, axes=1)

    n = g.sizes
    c = np.stack([total(1 / d**2), total(1 / (n * d**2))])
    mixed = total(1 / d**3)
    q = np.stack([np.stack([total(n / d**3), mixed]), np.stack([mixed, total(1 / (n * d**3))])])
    traces = np.empty((d.shape[0], 2, 2))
    traces[:, 0, 0] = (n**2 / d**2) @ g.counts
    traces[:, 0, 1] = traces[:, 1, 0] = (n / d**2) @ g.counts
    traces[:, 1, 1] = (g.n_pupils - g.n_schools) / fits.pupil**2 + (1 / d**2) @ g.counts
    return c, q, traces


def _expected_information(phi: Floats, c: Floats, q: Floats, traces: Floats) -> Floats:
    phi_c = phi @ c
    projected = np.einsum("irab,jrba->rij", phi_c, phi_c)
    mixed = np.einsum("rab,ijrba->rij", phi, q)
    return (traces - 2 * mixed + projected) / 2
