"""Power by simulation: the planned test on trials drawn from the model, schools of any size."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr

from analysis.engine.arrays import Floats
from analysis.engine.simulated import Groups, fit_simulated, simulate
from analysis.errors import AnalysisError
from analysis.planning.arm_tests import ArmTests, kenward_roger
from analysis.planning.designs import Cluster

AT_ONCE = 2_000  # trials held in memory together


@dataclass(frozen=True, slots=True)
class SimulatedPower:
    """How often the effect was seen, and the Monte Carlo error of that share."""

    power: float
    error: float
    trials: int


def simulated_power(
    design: Cluster,
    schools: int,
    effect: float,
    *,
    trials: int,
    rng: np.random.Generator,
    alpha: float = 0.05,
    two_sided: bool = True,
) -> SimulatedPower:
    """Return the power of the default test, REML with Kenward-Roger, in a cluster design.

    ``effect`` is in standard deviations; a one-sided test looks to the side of it. Covariates
    shrink the variances by their R squared; school sizes vary around ``design.pupils`` by the
    design's coefficient of variation. Raises ``AnalysisError`` for too few schools or pupils.
    """
    school = design.icc * (1 - design.r2_school)
    pupil = (1 - design.icc) * design.unexplained
    groups = planned_groups(schools, design.pupils, design.share, design.size_cv)
    seen = 0
    for start in range(0, trials, AT_ONCE):
        drawn = simulate(
            groups, min(AT_ONCE, trials - start), rng, school=school, pupil=pupil, effect=effect
        )
        tests = kenward_roger(drawn, fit_simulated(drawn))
        found = p_values(tests) <= (alpha if two_sided else 2 * alpha)
        if not two_sided:
            found &= tests.estimates * effect > 0
        seen += int(np.sum(found))
    share = seen / trials
    return SimulatedPower(share, float(np.sqrt(share * (1 - share) / trials)), trials)


def planned_groups(schools: int, pupils: float, share: float, size_cv: float) -> Groups:
    """Return schools whose sizes are the quantiles of a lognormal, arms spread over the sizes.

    Raises ``AnalysisError`` for fewer than four schools, and where all would have one pupil.
    """
    if schools < 4:
        raise AnalysisError("a cluster design needs at least 4 schools, not {n}", n=schools)
    spread = np.sqrt(np.log1p(size_cv**2))
    quantiles = (np.arange(schools) + 0.5) / schools
    sizes = pupils * np.exp(spread * ndtri(quantiles) - spread**2 / 2)
    whole = np.maximum(1, np.round(sizes))
    if np.all(whole == 1):
        raise AnalysisError("schools of one pupil cannot be told from pupils; plan more pupils")
    arms = np.floor(share * np.arange(1, schools + 1)) > np.floor(share * np.arange(schools))
    return Groups.of_schools(whole, arms.astype(float))


def p_values(tests: ArmTests, null: float = 0.0) -> Floats:
    """Return two-sided p-values of ``null``, (R,)."""
    t = np.abs(tests.estimates - null) / tests.std_errors
    df = np.minimum(tests.df, 1e9)  # the t distribution is normal there
    return 2 * stdtr(df, -t)
