"""Profile likelihood intervals: the effects that the likelihood does not rule out."""

import numpy as np
from scipy.special import ndtri

from analysis.engine import two_level
from analysis.engine.moments import SchoolMoments
from analysis.engine.subset import combined
from analysis.parts import Interval

HALVINGS = 60
PRECISION = 1e-10  # of an end, in standard errors


def profile_interval(
    moments: SchoolMoments, column: int, *, estimate: float, std_error: float, level: float
) -> Interval:
    """Return the interval of one coefficient of a random-intercept model by maximum likelihood.

    ``moments`` are those of ``[X y]``; estimate and interval are in the units of the outcome. An
    effect lies inside when taking it out of the outcome costs less deviance than the square of the
    normal quantile (likelihoods by REML cannot be compared between effects).
    """
    q, p = moments.scale.size, moments.scale.size - 1
    others = [k for k in range(p) if k != column]
    unit = moments.scale[column] / moments.scale[-1]

    def deviance(effect: float) -> float:
        mapping = np.zeros((q, p))
        mapping[others, np.arange(p - 1)] = 1.0
        mapping[-1, -1], mapping[column, -1] = 1.0, -effect * unit
        return two_level.solve(combined(moments, mapping, [*others, q - 1]), reml=False).deviance

    full = two_level.solve(moments, reml=False)
    centre = float(full.coefficients[column]) / unit
    allowed = full.deviance + float(ndtri(0.5 + level / 2)) ** 2

    def end(side: float) -> float:
        inside, outside = 0.0, 3.0
        while deviance(centre + side * outside * std_error) < allowed:
            inside, outside = outside, 2 * outside
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            lies_inside = deviance(centre + side * middle * std_error) < allowed
            inside, outside = (middle, outside) if lies_inside else (inside, middle)
            if outside - inside < PRECISION:
                break
        return float(centre + side * (inside + outside) / 2 * std_error)

    return Interval(end(-1.0), end(1.0))
