"""The sums over schools that the small-sample corrections of a random-intercept model need."""

import numpy as np

from analysis.engine.moments import SchoolMoments
from analysis.engine.small_sample import SmallSample
from analysis.engine.two_level import RandomIntercept


def small_sample(moments: SchoolMoments, fit: RandomIntercept) -> SmallSample:
    """Return the corrections of ``fit``, components in the order (school, pupil)."""
    sizes, counts, outer = moments.merged_by_size
    within, sigma2 = moments.within, fit.pupil
    inverse = 1 / (sigma2 + sizes * fit.school)
    share = sizes * inverse
    weights = np.empty((8, sizes.size))  # rows: M, C (2), Q (4) of s s', s = n m; schools
    weights[0], weights[7] = share, inverse * inverse
    np.multiply(share, share, out=weights[1])
    np.multiply(share, inverse, out=weights[2])
    np.multiply(weights[1:3], share, out=weights[3:5])
    np.multiply(weights[1:3], inverse, out=weights[5:7])
    shape = within.shape
    sums = (weights[:7] @ outer.reshape(sizes.size, -1)).reshape(7, *shape)
    sums[0] += within / sigma2
    sums[2] += within / sigma2**2
    sums[6] += within / sigma2**3
    _, t_ss, t_sp, *_, t_pp = (weights @ counts).tolist()
    t_pp += (moments.n - moments.sizes.size) / sigma2**2
    traces = np.array([[t_ss, t_sp], [t_sp, t_pp]])
    q = sums[3:].reshape(2, 2, *shape)
    return SmallSample.from_sums(sums[0], sums[1:3], q, traces, fit.coefficients, reml=fit.reml)
