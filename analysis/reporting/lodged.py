"""The evaluator's own result and ours beside it: do they agree, and if not, in what?"""

from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.result import EffectResult


@dataclass(frozen=True, slots=True)
class LodgedResult:
    """What an evaluator lodges about one contrast, in the units of the outcome."""

    arm: str
    control: str
    estimate: float
    std_error: float
    df: float | None  # None: normal
    n_pupils: int
    software: str
    script_sha256: str

    def __post_init__(self) -> None:
        if not self.std_error > 0:
            raise AnalysisError("a standard error is above zero, not {se}", se=self.std_error)
        if len(self.script_sha256) != 64:
            raise AnalysisError("the hash of a script has 64 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class Margins:
    """How far two analyses may part and still be the same."""

    estimate: float = 0.01  # standard deviations of the outcome
    std_error: float = 0.05  # share
    pupils: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Whether ours confirms what was lodged; ``differences`` are sentences."""

    agrees: bool
    differences: tuple[str, ...]
    margins: Margins


def check_lodged(lodged: LodgedResult, ours: EffectResult, margins: Margins | None = None) -> Check:
    """Compare a lodged contrast with the same contrast of our analysis of the same file."""
    allowed = margins or Margins()
    contrast = next(
        (c for c in ours.contrasts if (c.arm, c.control) == (lodged.arm, lodged.control)), None
    )
    if contrast is None:
        raise AnalysisError(
            "our analysis has no contrast of {arm} against {control}",
            arm=lodged.arm,
            control=lodged.control,
        )
    deviation = contrast.estimate / contrast.effect_sizes[0].value if contrast.estimate else 1.0
    apart = abs(lodged.estimate - contrast.estimate) / abs(deviation)
    found = []
    if apart > allowed.estimate:
        found.append(
            f"The estimates are {apart:.3f} standard deviations apart "
            f"({lodged.estimate:.4f} and {contrast.estimate:.4f}); {allowed.estimate} is allowed."
        )
    ratio = lodged.std_error / contrast.std_error
    if abs(ratio - 1) > allowed.std_error:
        found.append(
            f"The lodged standard error is {ratio:.2f} times ours "
            f"({lodged.std_error:.4f} and {contrast.std_error:.4f})."
        )
    if abs(lodged.n_pupils - ours.n_pupils) > allowed.pupils:
        found.append(f"The lodged analysis has {lodged.n_pupils} pupils, ours {ours.n_pupils}.")
    return Check(not found, tuple(found), allowed)
