"""What an estimate is made of: small frozen values, unrounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from analysis.engine.arrays import Floats


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One term of the model, in the units of the outcome."""

    term: str
    estimate: float
    std_error: float  # the model's own


@dataclass(frozen=True, slots=True)
class Model:
    """The adjusted model. ``icc`` is each level's share of the total variance."""

    method: str  # "REML", "ML" or "OLS"
    singular: bool
    deviance: float | None
    coefficients: tuple[Coefficient, ...]
    variances: Mapping[str, float | None]
    icc: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Unconditional:
    """The empty model on the same pupils: what effect sizes are divided by."""

    variances: Mapping[str, float]
    icc: Mapping[str, float]

    @property
    def deviation(self) -> float:
        """Return the standard deviation of the outcome over all pupils, in its units."""
        return sqrt(sum(self.variances.values()))


@dataclass(frozen=True, slots=True)
class OtherDf:
    """The same estimate judged by another choice of degrees of freedom."""

    df_method: str
    df: float | None
    p_value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends, in the units of the outcome."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of an effect after the trial, in the units of the outcome."""

    prior: str
    mean: float
    low: float
    high: float
    above: Mapping[str, float]  # probability that the headline size is above 0, 0.05, …
    effect_prior: tuple[float, float] | None = None  # mean and deviation of a normal prior


@dataclass(frozen=True, slots=True)
class Count:
    """How many an arm holds."""

    pupils: int
    schools: int


@dataclass(frozen=True, slots=True)
class Mean:
    """An arm's unadjusted outcome, over pupils."""

    mean: float
    sd: float | None  # None with one pupil


@dataclass(frozen=True, slots=True)
class Permutation:
    """Randomisation inference for one contrast."""

    draws: int
    p_value: float
    scheme: str
    exact: bool  # all allocations were enumerated
    low: float | None  # effects the test does not reject; None where it rejects none
    high: float | None
    statistics: Floats = field(repr=False, compare=False)  # observed first; not in ``to_dict``


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Percentile intervals from resampled trials, for one contrast."""

    draws: int
    scheme: str  # "schools", "two-stage", "residual"
    std_error: float
    low: float
    high: float
    effect_size_low: float  # of the headline size, its deviation re-estimated each time
    effect_size_high: float
    failed: int  # replicates without an estimate, left out


@dataclass(frozen=True, slots=True)
class Cace:
    """The effect on compliers, in the units of the outcome."""

    threshold: float
    estimate: float
    std_error: float  # clustered by school
    df: float | None
    p_value: float
    low: float
    high: float
    effect_size: float  # by the deviation of the headline
    compliant: Mapping[str, float]  # share of pupils, "arm" and "control"
    correlation: float  # of assignment and compliance
    first_stage_f: float | None  # None: everyone complied exactly as drawn, so it has no end
    first_stage_f_clustered: float | None  # by school, which is what to judge a cluster trial by
    n_pupils: int
    without_dose: int
    bounds: tuple[float, float] | None  # were those without a dose to have had none, or enough


@dataclass(frozen=True, slots=True)
class Syntax:
    """One model, written for other programs."""

    r: str  # lme4 with lmerTest and pbkrtest
    stata: str
    statsmodels: str
