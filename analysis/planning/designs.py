"""Designs to plan with: the variance of a standardised effect and its degrees of freedom.

Dong & Maynard (2013), PowerUp!, Journal of Research on Educational Effectiveness 6, 24-67. Effects
are in standard deviations of the outcome; R squared is the share of variance that covariates
explain at a level; the pupils per school are the harmonic mean.
"""

from dataclasses import dataclass, fields
from math import isfinite

from analysis.errors import AnalysisError


@dataclass(frozen=True, slots=True)
class Common:
    """What every design has."""

    pupils: float  # per school, or per class with three levels; in all when pupils are drawn singly
    share: float = 0.5  # of units in the arm
    r2_pupil: float = 0.0
    reliability: float = 1.0  # of the outcome
    covariates: int = 0  # at the level of the draw

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(isfinite(getattr(self, one.name)), one.name, getattr(self, one.name))
        _check(0 < self.share < 1, "share", self.share)
        _check(0 < self.reliability <= 1, "reliability", self.reliability)
        _check(0 <= self.r2_pupil < 1, "r2_pupil", self.r2_pupil)
        if self.pupils <= 0 or self.covariates < 0:
            wrong = self.pupils if self.pupils <= 0 else self.covariates
            raise AnalysisError("pupils and covariates are counts; {n} is none", n=wrong)

    @property
    def balance(self) -> float:
        return self.share * (1 - self.share)

    @property
    def unexplained(self) -> float:
        """Pupil variance the covariates leave, measurement error counted in."""
        return (1 - self.r2_pupil) / self.reliability


@dataclass(frozen=True, slots=True)
class Individual(Common):
    """Pupils drawn singly, schools left out of account."""

    def variance(self, units: int) -> float:
        return self.unexplained / (self.balance * units)

    def df(self, units: int) -> int:
        return units - self.covariates - 2


@dataclass(frozen=True, slots=True)
class Cluster(Common):
    """Schools drawn whole.

    ``size_cv`` is the coefficient of variation of school sizes, whose plain mean ``pupils`` then is
    (Eldridge, Ashby & Kerry 2006, International Journal of Epidemiology 35, 1292-1300); an estimate
    that weighs schools, as the default does, loses less.
    """

    icc: float = 0.0
    r2_school: float = 0.0
    size_cv: float = 0.0

    def __post_init__(self) -> None:
        Common.__post_init__(self)
        _check(0 <= self.icc < 1, "icc", self.icc)
        _check(0 <= self.r2_school < 1, "r2_school", self.r2_school)

    def variance(self, units: int) -> float:
        between = self.icc * (1 - self.r2_school) * (1 + self.size_cv**2)
        within = (1 - self.icc) * self.unexplained / self.pupils
        return (between + within) / (self.balance * units)

    def df(self, units: int) -> int:
        return units - self.covariates - 2


@dataclass(frozen=True, slots=True)
class Multisite(Common):
    """Pupils drawn inside schools; ``heterogeneity`` is the effect's variance over the schools'.

    With ``fixed`` schools the effect is about these schools alone, and what differs between them is
    taken out of the pupils' variance; the published formula, in which ``r2_pupil`` counts the
    schools in, is the one of ``icc`` 0.
    """

    icc: float = 0.0
    heterogeneity: float = 0.0
    r2_effect: float = 0.0  # of the differences in effect
    fixed: bool = False

    def __post_init__(self) -> None:
        Common.__post_init__(self)
        _check(0 <= self.icc < 1, "icc", self.icc)
        _check(self.heterogeneity >= 0, "heterogeneity", self.heterogeneity)
        _check(0 <= self.r2_effect < 1, "r2_effect", self.r2_effect)

    def variance(self, units: int) -> float:
        within = (1 - self.icc) * self.unexplained / (self.balance * units * self.pupils)
        if self.fixed:
            return within
        return within + self.icc * self.heterogeneity * (1 - self.r2_effect) / units

    def df(self, units: int) -> int:
        if self.fixed:
            return round(units * (self.pupils - 2)) - self.covariates
        return units - self.covariates - 1


@dataclass(frozen=True, slots=True)
class ThreeLevel(Common):
    """Schools drawn whole, pupils in classes; ``classes`` per school."""

    classes: float = 2.0
    icc: float = 0.0  # of schools
    icc_class: float = 0.0
    r2_school: float = 0.0
    r2_class: float = 0.0

    def __post_init__(self) -> None:
        Common.__post_init__(self)
        _check(self.icc >= 0 and self.icc_class >= 0, "icc", self.icc)
        _check(self.icc + self.icc_class < 1, "icc and icc_class", self.icc + self.icc_class)
        _check(0 <= self.r2_school < 1, "r2_school", self.r2_school)
        _check(0 <= self.r2_class < 1, "r2_class", self.r2_class)
        _check(self.classes > 0, "classes", self.classes)

    def variance(self, units: int) -> float:
        school = self.icc * (1 - self.r2_school)
        klass = self.icc_class * (1 - self.r2_class) / self.classes
        pupil = (1 - self.icc - self.icc_class) * self.unexplained / (self.classes * self.pupils)
        return (school + klass + pupil) / (self.balance * units)

    def df(self, units: int) -> int:
        return units - self.covariates - 2


PlannedDesign = Individual | Cluster | Multisite | ThreeLevel


def _check(sound: bool, name: str, value: float) -> None:
    """Refuse a value that no trial can have, naming it."""
    if not sound:
        raise AnalysisError("{name} cannot be {value}", name=name, value=value)
