"""What is asked of an analysis, in the words of the protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.errors import AnalysisError

DESIGNS = ("cluster", "multisite", "multisite-slope", "fixed-effects")
DF_METHODS = ("kenward-roger", "satterthwaite", "between-within", "normal")
CONTROLS = ("0", "control", "controle")


@dataclass(frozen=True, slots=True)
class Request:
    """The columns an analysis uses and the choices it makes; holds no data."""

    outcome: str
    school: str
    arm: str | None = None
    klass: str | None = None  # a level between pupil and school
    covariates: Sequence[str] = ()
    strata: Sequence[str] = ()  # crossed
    control: str | None = None
    categorical: Sequence[str] = ()  # numeric columns to take as labels
    references: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ()  # texts that stand for an empty cell
    slope: str | None = None  # a covariate whose slope differs between schools
    subgroups: Sequence[str] = ()
    dose: str | None = None  # how much of the intervention a pupil had
    threshold: float | None = None  # the dose from which on a pupil complies
    design: str = "cluster"
    method: str = "REML"
    df: str | None = None  # None: the design's default
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.design not in DESIGNS:
            raise AnalysisError(
                "there is no design {design}; choose from {known}",
                design=self.design,
                known=", ".join(DESIGNS),
            )
        if self.df is not None and self.df not in DF_METHODS:
            raise AnalysisError(
                "there is no df method {df}; choose from {known}",
                df=self.df,
                known=", ".join(DF_METHODS),
            )
        if self.method not in ("REML", "ML"):
            raise AnalysisError("the method is REML or ML, not {method}", method=self.method)
        if not 0 < self.level < 1:
            raise AnalysisError("the level must lie between 0 and 1, not {level}", level=self.level)
        if self.method == "ML" and self.df == "kenward-roger":
            raise AnalysisError(
                "Kenward-Roger is defined for REML; choose --method reml, or another df method"
            )
        if (self.dose is None) != (self.threshold is None):
            raise AnalysisError("a dose and a threshold go together; name both or neither")
        if self.arm is None and (self.dose is not None or self.subgroups):
            raise AnalysisError("doses and subgroups are about an effect; name the arm")
        self._check_random_parts()
        named = [self.outcome, self.school, self.arm, self.klass, *self.covariates, *self.strata]
        twice = {name for name in named if name is not None and named.count(name) > 1}
        if twice:
            raise AnalysisError(
                "column {column} has two roles in this analysis; give it one",
                column=", ".join(sorted(twice)),
            )

    @property
    def random_slope(self) -> str | None:
        """The column whose slope differs between schools, if one does."""
        return self.arm if self.design == "multisite-slope" else self.slope

    @property
    def random_intercept_alone(self) -> bool:
        """Whether the level of schools is the one random part of the model."""
        two_levels = self.klass is None and self.random_slope is None
        return two_levels and self.design != "fixed-effects"

    def _check_random_parts(self) -> None:
        if self.slope is not None and self.slope not in self.covariates:
            raise AnalysisError(
                "the slope of {column} can only differ around an average slope; "
                "name {column} as a covariate too",
                column=self.slope,
            )
        if self.design == "multisite-slope" and (self.arm is None or self.slope is not None):
            raise AnalysisError(
                "design multisite-slope lets the effect of the arm differ between schools; "
                "it needs an arm, and no other slope"
            )
        if self.random_slope is not None and self.klass is not None:
            raise AnalysisError("a model has classes or a random slope, not both")
        if self.design == "fixed-effects" and (self.klass or self.slope):
            raise AnalysisError(
                "design fixed-effects has a dummy per school and neither classes nor slopes"
            )
