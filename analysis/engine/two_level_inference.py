"""The sums over schools that the small-sample corrections of a random-intercept model need."""

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.moments import SchoolMoments
from analysis.engine.small_sample import SmallSample
from analysis.engine.two_level import RandomIntercept


def small_sample(moments: SchoolMoments, fit: RandomIntercept) -> SmallSample:
    """Return the corrections of ``fit``, components in the order (school, pupil)."""
    sizes, counts, outer = moments.merged_by_size
    n, n_schools = moments.n, moments.sizes.size
    sigma2 = fit.pupil
    d = sigma2 + sizes * fit.school
    flat, shape = outer.reshape(sizes.size, -1), outer.shape[1:]

    def total(weights: Floats) -> Floats:
        return ((weights * sizes**2) @ flat).reshape(shape)  # sums of s s', s the school totals

    c = np.stack([total(1 / d**2), moments.within / sigma2**2 + total(1 / (sizes * d**2))])
    q_ss, q_sp = total(sizes / d**3), total(1 / d**3)
    q_pp = moments.within / sigma2**3 + total(1 / (sizes * d**3))
    q = np.stack([np.stack([q_ss, q_sp]), np.stack([q_sp, q_pp])])
    t_ss, t_sp = counts @ (sizes**2 / d**2), counts @ (sizes / d**2)
    t_pp = (n - n_schools) / sigma2**2 + counts @ (1 / d**2)
    m = moments.within / sigma2 + total(1 / (sizes * d))
    traces = np.array([[t_ss, t_sp], [t_sp, t_pp]])
    return SmallSample.from_sums(m, c, q, traces, fit.coefficients, reml=fit.reml)
