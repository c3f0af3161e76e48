"""What is reported around an estimate, each on request, in the words of the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.errors import AnalysisError

MISSING_DATA = ("complete-cases", "rule")
FAMILIES = ("holm", "hochberg", "westfall-young")


@dataclass(frozen=True, slots=True)
class Extras:
    """Which additions ``estimate_effect`` makes; each has a key of its own in the result."""

    missing_data: str = "complete-cases"  # "rule": above a share imputation, loss model, shifts
    missing_above: float = 0.05  # that share of incomplete pupils
    imputations: int = 0  # 0: one per per cent of incomplete pupils, at least 20
    outcomes: Sequence[str] = ()  # further outcomes of the family
    family: str | None = None  # how p-values of several outcomes or arms are adjusted
    balance: Sequence[str] = ()  # baseline columns to compare between arms
    attrition: bool = False  # the file holds every pupil drawn; those not analysed were lost
    binary: bool = False  # the outcome is 0 or 1: logistic regression and risk differences too
    robust: bool = False  # least squares with CR2 errors and the joint AHT test too
    wild: int = 0  # draws of the wild cluster bootstrap
    instruments: Mapping[str, Sequence[str]] = field(default_factory=dict)  # score: test, grade, …
    norms: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # "Cito/8": mean, sd
    curve: bool = False  # the planned model among its alternatives
    curve_covariates: Sequence[str] = ()  # extra ones that an alternative adjusts for
    plots: bool = False  # keep what ``EffectResult.plot`` draws; permutes and makes the curve too

    def __post_init__(self) -> None:
        for name, value, known in (
            ("missing_data", self.missing_data, MISSING_DATA),
            ("family", self.family, (None, *FAMILIES)),
        ):
            if value not in known:
                raise AnalysisError(
                    "there is no {name} {value}; choose from {known}",
                    name=name.replace("_", " "),
                    value=value,
                    known=", ".join(choice for choice in known if choice),
                )
        if not 0 <= self.missing_above <= 1:
            raise AnalysisError(
                "the share of missing data must lie between 0 and 1, not {share}",
                share=self.missing_above,
            )
        if self.imputations == 1 or self.imputations < 0:
            raise AnalysisError("imputing takes two imputations or more; 20 is usual")
        if self.norms and not self.instruments:
            raise AnalysisError("norms are of instruments; name the column of the test")
