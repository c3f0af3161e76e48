"""Multilevel multiple imputation by chained equations, each with schools as random intercepts.

van Buuren & Groothuis-Oudshoorn (2011), Journal of Statistical Software 45(3), with the posterior
of each random-intercept model drawn exactly: the variance ratio by quadrature, then the pupil
variance, the coefficients and the schools.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.fit import check_moments
from analysis.engine.moments import reduce_to_schools
from analysis.engine.two_level import Profile
from analysis.errors import AnalysisError

ROUNDS = 10  # of the chain before a data set is kept
NODES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Incomplete:
    """What is to be imputed, and what helps to do it."""

    columns: dict[str, Floats]  # numeric, (n,), NaN where missing
    complete: Sequence[Floats]  # design columns without gaps, intercept first
    school: Ints  # codes 0 … n_schools - 1


def imputed(
    data: Incomplete, *, imputations: int, rng: np.random.Generator
) -> Iterator[dict[str, Floats]]:
    """Yield completed columns, ``imputations`` times.

    Raises ``AnalysisError`` for a column with too few values to predict it from the others.
    """
    gaps = {name: np.isnan(values) for name, values in data.columns.items()}
    order = sorted((name for name in gaps if gaps[name].any()), key=lambda name: gaps[name].sum())
    for name in order:
        if np.sum(~gaps[name]) <= len(data.complete) + len(data.columns):
            raise AnalysisError("column {column} has too few values to impute from", column=name)
    for _ in range(imputations):
        filled = {name: _started(values, rng) for name, values in data.columns.items()}
        for _ in range(ROUNDS if len(order) > 1 else 1):
            for name in order:
                others = [filled[other] for other in filled if other != name]
                means = [_school_means(other, data.school) for other in others]
                design = [*data.complete, *others, *(m for m in means if m is not None)]
                filled[name] = _drawn(data.columns[name], design, data.school, rng)
        yield filled


def _school_means(values: Floats, school: Ints) -> Floats | None:
    """Return each pupil's school mean, or None for a column that is one already.

    With it in the equation, scores may go together differently inside and between schools
    (Enders, Mistler & Keller 2016, Psychological Methods 21, 222-240).
    """
    means = (np.bincount(school, values) / np.bincount(school))[school]
    return None if np.allclose(means, values) else means


def _started(values: Floats, rng: np.random.Generator) -> Floats:
    gap = np.isnan(values)
    filled = values.copy()
    filled[gap] = rng.choice(values[~gap], size=int(gap.sum()))
    return filled


def _drawn(
    values: Floats, design: Sequence[Floats], school: Ints, rng: np.random.Generator
) -> Floats:
    """Return ``values`` with its gaps drawn from the posterior predictive distribution."""
    known = ~np.isnan(values)
    schools = int(school.max()) + 1
    present, codes = np.unique(school[known], return_inverse=True)
    moments = reduce_to_schools([*(column[known] for column in design), values[known]], codes)
    check_moments(moments)
    profile = Profile(moments, reml=True)
    ratio = _drawn_ratio(profile, rng)
    m, p = profile.cross_products(ratio), profile.p
    inverse = np.linalg.inv(m[:p, :p])
    b = inverse @ m[:p, p]
    v = np.append(-b, 1.0)
    sigma2 = float(v @ m @ v) / rng.chisquare(profile.nu)
    b = b + np.linalg.cholesky(sigma2 * inverse) @ rng.normal(size=p)
    shrink = ratio * moments.sizes / (1 + ratio * moments.sizes)
    level = np.zeros(schools)
    spread = np.full(schools, ratio * sigma2)
    level[present] = shrink * (moments.means @ np.append(-b, 1.0))
    spread[present] = ratio * sigma2 / (1 + ratio * moments.sizes)
    level = level + np.sqrt(spread) * rng.normal(size=schools)
    gap = ~known
    x = np.column_stack([column[gap] for column in design])
    x = (x - moments.shift[:-1]) / moments.scale[:-1]
    predicted = x @ b + level[school[gap]] + np.sqrt(sigma2) * rng.normal(size=int(gap.sum()))
    filled = values.copy()
    filled[gap] = moments.shift[-1] + moments.scale[-1] * predicted
    return filled


def _drawn_ratio(profile: Profile, rng: np.random.Generator) -> float:
    """Draw the variance ratio from its posterior under a uniform intra-class correlation."""
    icc = (np.arange(NODES) + 0.5) / NODES
    ratio = icc / (1 - icc)
    log_weight = -profile.deviances(ratio) / 2
    weight = np.exp(log_weight - log_weight.max())
    return float(rng.choice(ratio, p=weight / weight.sum()))
