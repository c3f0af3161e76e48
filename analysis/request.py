"""What is asked of an analysis, in the words of the protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.errors import AnalysisError

DESIGNS = ("cluster", "multisite", "fixed-effects")
DF_METHODS = ("kenward-roger", "satterthwaite", "between-within", "normal")
CONTROLS = ("0", "control", "controle")


@dataclass(frozen=True, slots=True)
class Request:
    """The columns an analysis uses and the choices it makes; holds no data."""

    outcome: str
    school: str
    arm: str | None = None
    covariates: Sequence[str] = ()
    strata: Sequence[str] = ()  # crossed
    control: str | None = None
    categorical: Sequence[str] = ()  # numeric columns to take as labels
    references: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ()  # texts that stand for an empty cell
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
        named = [self.outcome, self.school, self.arm, *self.covariates, *self.strata]
        twice = {name for name in named if name is not None and named.count(name) > 1}
        if twice:
            raise AnalysisError(
                "column {column} has two roles in this analysis; give it one",
                column=", ".join(sorted(twice)),
            )
