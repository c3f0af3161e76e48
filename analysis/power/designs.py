"""The standard error and degrees of freedom each design buys, in standard deviations.

Formulas after Dong & Maynard (2013), Journal of Research on Educational Effectiveness 6(1), 24-67.
``treated`` is the share in the intervention arm; sizes are harmonic means; an ``r2`` is the share
of a level's variance that covariates explain; an ``icc`` is a share of the total variance.
"""

from dataclasses import dataclass
from typing import Protocol


class PowerDesign(Protocol):
    """What power needs to know of a design."""

    @property
    def df(self) -> int: ...

    @property
    def variance(self) -> float:
        """Squared standard error of the effect in standard deviations."""
        ...


@dataclass(frozen=True, slots=True)
class Individual:
    """Pupils drawn one by one, no clustering (``ira``)."""

    pupils: int
    treated: float = 0.5
    r2_pupil: float = 0.0
    covariates: int = 0

    @property
    def df(self) -> int:
        return self.pupils - self.covariates - 2

    @property
    def variance(self) -> float:
        return (1 - self.r2_pupil) / (_spread(self.treated) * self.pupils)


@dataclass(frozen=True, slots=True)
class BlockedIndividual:
    """Pupils drawn within schools, the effect varying between schools (``bira2``).

    ``heterogeneity`` is the variance of the effect over the variance between schools.
    """

    schools: int
    pupils: float
    icc: float
    heterogeneity: float
    treated: float = 0.5
    r2_effect: float = 0.0
    r2_pupil: float = 0.0
    covariates: int = 0

    @property
    def df(self) -> int:
        return self.schools - self.covariates - 1

    @property
    def variance(self) -> float:
        effect = self.icc * self.heterogeneity * (1 - self.r2_effect) / self.schools
        pupils = _spread(self.treated) * self.schools * self.pupils
        return effect + (1 - self.icc) * (1 - self.r2_pupil) / pupils


@dataclass(frozen=True, slots=True)
class Schools:
    """Whole schools drawn, pupils in schools (``cra2``); strata cost a degree of freedom each."""

    schools: int
    pupils: float
    icc: float
    treated: float = 0.5
    r2_school: float = 0.0
    r2_pupil: float = 0.0
    covariates: int = 0  # at the level of the school, strata included

    @property
    def df(self) -> int:
        return self.schools - self.covariates - 2

    @property
    def variance(self) -> float:
        share = _spread(self.treated) * self.schools
        between = self.icc * (1 - self.r2_school) / share
        return between + (1 - self.icc) * (1 - self.r2_pupil) / (share * self.pupils)


@dataclass(frozen=True, slots=True)
class Classes:
    """Whole schools drawn, pupils in classes in schools (``cra3``)."""

    schools: int
    classes: float  # in a school
    pupils: float  # in a class
    icc_school: float
    icc_class: float
    treated: float = 0.5
    r2_school: float = 0.0
    r2_class: float = 0.0
    r2_pupil: float = 0.0
    covariates: int = 0

    @property
    def df(self) -> int:
        return self.schools - self.covariates - 2

    @property
    def variance(self) -> float:
        share = _spread(self.treated) * self.schools
        school = self.icc_school * (1 - self.r2_school) / share
        klass = self.icc_class * (1 - self.r2_class) / (share * self.classes)
        rest = (1 - self.icc_school - self.icc_class) * (1 - self.r2_pupil)
        return school + klass + rest / (share * self.classes * self.pupils)


@dataclass(frozen=True, slots=True)
class BlockedSchools:
    """Schools drawn within blocks, the effect varying between blocks (``bcra3r2``)."""

    blocks: int
    schools: float  # in a block
    pupils: float  # in a school
    icc_block: float
    icc_school: float
    heterogeneity: float
    treated: float = 0.5
    r2_effect: float = 0.0
    r2_school: float = 0.0
    r2_pupil: float = 0.0
    covariates: int = 0

    @property
    def df(self) -> int:
        return self.blocks - self.covariates - 1

    @property
    def variance(self) -> float:
        share = _spread(self.treated) * self.blocks * self.schools
        effect = self.icc_block * self.heterogeneity * (1 - self.r2_effect) / self.blocks
        school = self.icc_school * (1 - self.r2_school) / share
        rest = (1 - self.icc_block - self.icc_school) * (1 - self.r2_pupil)
        return effect + school + rest / (share * self.pupils)


def _spread(treated: float) -> float:
    return treated * (1 - treated)
