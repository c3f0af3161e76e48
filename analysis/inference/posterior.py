"""The exact posterior of an effect: quadrature over the variance ratio, and no simulation.

With a flat prior on the coefficients and 1 / sigma2 on the pupil variance, the effect given the
variance ratio has a t distribution, and the ratio itself has the REML likelihood times its prior
(Gelman et al. 2013, Bayesian Data Analysis, section 15.5). The posterior is the mixture.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analysis.engine.arrays import Floats
from analysis.engine.moments import SchoolMoments
from analysis.engine.two_level import Profile
from analysis.errors import AnalysisError

PRIORS = ("uniform-icc", "flat-sd")
NODES = 400
HALVINGS = 200
GRID = 4_001  # points of the effect where a prior on it is given


@dataclass(frozen=True, slots=True, eq=False)
class EffectPosterior:
    """A mixture of t distributions, in the units of the outcome."""

    weights: Floats  # (k,), of the nodes of the variance ratio
    centres: Floats
    scales: Floats
    df: float
    points: Floats  # where a prior on the effect is given, else empty
    cumulated: Floats  # distribution function at the points

    @property
    def mean(self) -> float:
        if self.points.size:
            middle = (self.points[1:] + self.points[:-1]) / 2
            return float(middle @ np.diff(self.cumulated))
        return float(self.weights @ self.centres)

    @property
    def _ends(self) -> tuple[float, float]:
        """Effects between which practically all of the posterior lies."""
        if self.points.size:
            return float(self.points[0]), float(self.points[-1])
        spread = 60 * float(self.scales.max())
        return float(self.centres.min()) - spread, float(self.centres.max()) + spread

    def below(self, effect: float) -> float:
        """Return the probability that the effect is smaller than ``effect``."""
        if self.points.size:
            return float(np.interp(effect, self.points, self.cumulated))
        return float(self.weights @ stdtr(self.df, (effect - self.centres) / self.scales))

    def quantile(self, share: float) -> float:
        """Return the effect with probability ``share`` below it."""
        low, high = self._ends
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < share else (low, middle)
        return (low + high) / 2


def effect_posterior(
    moments: SchoolMoments,
    column: int,
    *,
    prior: str = "uniform-icc",
    effect_prior: tuple[float, float] | None = None,
) -> EffectPosterior:
    """Return the posterior of one coefficient of a random-intercept model.

    ``moments`` are those of ``[X y]``. ``prior`` is on the variance ratio: a uniform intra-class
    correlation, or a school deviation that is flat in units of the pupil deviation.
    ``effect_prior`` is a normal prior on the effect: mean and deviation in units of the outcome.
    Raises ``AnalysisError`` for another prior, and for a mean or deviation that is no number or a
    deviation that is not above zero.
    """
    if prior not in PRIORS:
        raise AnalysisError(
            "there is no prior {prior}; choose from {known}", prior=prior, known=", ".join(PRIORS)
        )
    icc, width = _nodes()
    ratio = icc / (1 - icc)
    profile = Profile(moments, reml=True)
    log_weight = -profile.deviances(ratio) / 2 + np.log(width)
    if prior == "flat-sd":  # d sqrt(ratio) / d icc
        log_weight -= np.log(2 * np.sqrt(ratio)) + 2 * np.log(1 - icc)
    weights = np.exp(log_weight - log_weight.max())
    centres, scales = _conditional(profile, ratio, column)
    unit = moments.scale[-1] / moments.scale[column]
    found = EffectPosterior(
        weights / weights.sum(),
        centres * unit,
        scales * abs(unit),
        float(profile.nu),
        np.empty(0),
        np.empty(0),
    )
    return found if effect_prior is None else _with_prior(found, *effect_prior)


def _nodes() -> tuple[Floats, Floats]:
    """Return intra-class correlations inside (0, 1), denser near the ends, and their widths."""
    t = (np.arange(NODES) + 0.5) / NODES
    icc = t**2 * (3 - 2 * t)
    return icc, 6 * t * (1 - t) / NODES


def _conditional(profile: Profile, ratio: Floats, column: int) -> tuple[Floats, Floats]:
    """Return centre and scale of the t distribution of the coefficient at each ratio."""
    p = profile.p
    centres, scales = np.empty_like(ratio), np.empty_like(ratio)
    for k, value in enumerate(ratio):
        m = profile.cross_products(float(value))
        inverse = np.linalg.inv(m[:p, :p])
        v = np.append(-inverse @ m[:p, p], 1.0)
        centres[k] = -v[column]
        scales[k] = np.sqrt(inverse[column, column] * (v @ m @ v) / profile.nu)
    return centres, scales


def _with_prior(flat: EffectPosterior, mean: float, sd: float) -> EffectPosterior:
    """Return the posterior under a normal prior on the effect, on a grid of effects."""
    if not 0 < sd < np.inf or not np.isfinite(mean):
        raise AnalysisError(
            "a prior on the effect has a mean and a deviation above zero, not {mean} and {sd}",
            mean=mean,
            sd=sd,
        )
    low, high = flat.quantile(1e-9), flat.quantile(1 - 1e-9)
    around = np.linspace(mean - 8 * sd, mean + 8 * sd, GRID)  # fine where either is narrow
    points = np.unique(np.concatenate([np.linspace(low, high, GRID), around]))
    z = (points[:, None] - flat.centres) / flat.scales
    density = np.exp(-(flat.df + 1) / 2 * np.log1p(z**2 / flat.df)) / flat.scales  # up to a factor
    density = (density @ flat.weights) * np.exp(-(((points - mean) / sd) ** 2) / 2)
    pieces = (density[1:] + density[:-1]) / 2 * np.diff(points)
    cumulated = np.concatenate([[0.0], np.cumsum(pieces)])
    return EffectPosterior(
        flat.weights, flat.centres, flat.scales, flat.df, points, cumulated / cumulated[-1]
    )
