"""What an estimate is made of: small frozen values, unrounded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from analysis.effects.months import Months
from analysis.effects.sizes import EffectSize

if TYPE_CHECKING:
    import pandas as pd

ONLY_WHEN_ASKED = frozenset({"permutation", "seed"})


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


@dataclass(frozen=True, slots=True)
class OtherDf:
    """The same estimate judged by another choice of degrees of freedom."""

    df_method: str
    df: float | None
    p_value: float
    low: float
    high: float


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


@dataclass(frozen=True, slots=True)
class Contrast:
    """One arm against control, in the units of the outcome."""

    arm: str
    control: str
    estimate: float
    std_error: float  # the one behind the interval
    model_std_error: float
    df: float | None  # None: normal
    df_method: str
    t: float
    p_value: float
    low: float
    high: float
    other_df: tuple[OtherDf, ...]
    n: Mapping[str, Count]  # "arm", "control"
    unadjusted_means: Mapping[str, Mean]
    effect_sizes: tuple[EffectSize, ...]  # the headline first
    months: Months
    permutation: Permutation | None = None


@dataclass(frozen=True, slots=True)
class EffectResult:
    """One analysis: the model, the empty model, the contrasts, and what was left out."""

    outcome: str
    design: str
    version: str
    data_sha256: str | None
    n_pupils: int
    n_schools: int
    dropped: Mapping[str, int]
    model: Model
    unconditional: Unconditional
    contrasts: tuple[Contrast, ...]
    warnings: tuple[str, ...]
    level: float
    seed: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values, unrounded; rounding belongs to ``summary``."""
        return _plain(asdict(self))

    def tidy(self) -> "pd.DataFrame":
        """Return one row per contrast: arm, control, estimate, interval and the headline size."""
        import pandas as pd

        rows = [
            {
                "arm": contrast.arm,
                "control": contrast.control,
                "estimate": contrast.estimate,
                "std_error": contrast.std_error,
                "df": contrast.df,
                "p_value": contrast.p_value,
                "low": contrast.low,
                "high": contrast.high,
                "effect_size": contrast.effect_sizes[0].value,
                "months": contrast.months.value,
            }
            for contrast in self.contrasts
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return the analysis as text for people; see ``analysis.report``."""
        from analysis.report import report

        return report(self)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            str(key): _plain(item)
            for key, item in value.items()
            if not (key in ONLY_WHEN_ASKED and item is None)
        }
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.item() if hasattr(value, "item") else value
