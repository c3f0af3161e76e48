"""One analysis as a frozen value, with three ways out: text, a frame, a dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from analysis.effects.months import Months
from analysis.effects.sizes import EffectSize
from analysis.parts import (
    Bootstrap,
    Cace,
    Count,
    Interval,
    Mean,
    Model,
    OtherDf,
    Permutation,
    Posterior,
    Syntax,
    Unconditional,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inference.cluster_robust import JointTest
    from analysis.inference.profile import ProfileCurve
    from analysis.inference.wild import WildBootstrap
    from analysis.missing.rule import Imputed, MissingData
    from analysis.plots.canvas import Plot
    from analysis.reporting.attrition import Attrition
    from analysis.reporting.balance import Balance
    from analysis.reporting.binary import BinaryContrast
    from analysis.reporting.curve import Specification
    from analysis.reporting.instruments import Instruments
    from analysis.reporting.outcomes import Family
    from analysis.reporting.robust import Robust
    from analysis.reporting.schools import SchoolLevel

ONLY_WHEN_ASKED = frozenset(
    {
        *("profile", "posterior", "permutation", "bootstrap", "robust", "wild", "binary"),
        *("cace", "bounds", "seed", "subgroups", "syntax", "missing_data", "imputed", "family"),
        *("balance", "attrition", "joint_test", "curve", "instruments"),
    }
)
TIDY = (
    *("arm", "control", "estimate", "std_error", "df", "p_value", "low", "high"),
    *("effect_size", "effect_size_low", "effect_size_high", "months"),
)
NOT_TOLD = frozenset({"drawings", "statistics", "results"})  # kept for plots, not in ``to_dict``


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
    profile: Interval | None = None
    posterior: Posterior | None = None
    permutation: Permutation | None = None
    bootstrap: Bootstrap | None = None
    cace: Cace | None = None
    imputed: "Imputed | None" = None
    binary: "BinaryContrast | None" = None
    robust: "Robust | None" = None
    wild: "WildBootstrap | None" = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """How much an arm's effect differs between a subgroup and the first one."""

    term: str
    estimate: float
    std_error: float
    df: float | None
    p_value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SubgroupLevel:
    """One subgroup by itself; ``refused`` says why it has no contrasts."""

    level: str
    n_pupils: int
    n_schools: int
    contrasts: tuple[Contrast, ...]
    refused: str | None


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Both views of one subgroup column."""

    column: str
    without: int  # pupils without a value in it
    interactions: tuple[Interaction, ...]
    refused: str | None  # why there are no interactions
    levels: tuple[SubgroupLevel, ...]


@dataclass(frozen=True, slots=True)
class Drawings:
    """What plots of the model need; empty where a model has no such plot."""

    profiles: "tuple[ProfileCurve, ...]"  # one per contrast
    schools: "tuple[SchoolLevel, ...]"


@dataclass(frozen=True, slots=True, repr=False)
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
    covariate_icc: Mapping[str, Mapping[str, float]]  # of numeric covariates, by empty models
    contrasts: tuple[Contrast, ...]
    warnings: tuple[str, ...]
    level: float
    seed: int | None = None
    subgroups: tuple[Subgroup, ...] | None = None
    syntax: Syntax | None = None
    instruments: "tuple[Instruments, ...] | None" = None
    balance: "tuple[Balance, ...] | None" = None
    attrition: "tuple[Attrition, ...] | None" = None
    missing_data: "MissingData | None" = None
    family: "Family | None" = None
    joint_test: "JointTest | None" = None
    curve: "tuple[Specification, ...] | None" = None
    drawings: Drawings | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        found = [f"{c.arm} against {c.control} {c.estimate:.4g}" for c in self.contrasts]
        found.append(f"{self.n_pupils} pupils in {self.n_schools} schools")
        return f"<EffectResult {self.outcome}, {self.design}: {'; '.join(found)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values, unrounded; rounding belongs to ``summary``."""
        told: dict[str, Any] = _plain(self)
        return told

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
                "effect_size_low": contrast.effect_sizes[0].low,
                "effect_size_high": contrast.effect_sizes[0].high,
                "months": contrast.months.value,
            }
            for contrast in self.contrasts
        ]
        return pd.DataFrame(rows, columns=TIDY)

    def summary(self) -> str:
        """Return the analysis as text for people; see ``analysis.report``."""
        from analysis.report import report

        return report(self)

    def plot(self, kind: str, *, arm: str | None = None, title: str | None = None) -> "Plot":
        """Return one plot; ``kind`` is a name in ``analysis.plots.KINDS``.

        Those of one contrast are of ``arm``, the first unless named. Raises ``AnalysisError`` for
        what was not kept: ask for it with ``Extras(plots=True)``.
        """
        from analysis.plots.kinds import draw

        return draw(self, kind, arm=arm, title=title)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        told = {one.name: getattr(value, one.name) for one in fields(value)}
        return {
            name: _plain(item)
            for name, item in told.items()
            if not (name in NOT_TOLD or (name in ONLY_WHEN_ASKED and item is None))
        }
    if isinstance(value, Mapping):  # by arm or column, which may bear any name
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.item() if hasattr(value, "item") else value
