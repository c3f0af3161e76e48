"""The evaluator's own result and ours beside it: do they agree, and if not, in what?"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from analysis.errors import AnalysisError


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

    estimate: float = 0.01  # standard deviations of the outcome, by our empty model
    std_error: float = 0.05  # share
    pupils: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two results part: a template in English with what fills it."""

    sentence: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True, slots=True)
class Check:
    """Whether ours confirms what was lodged, within the margins stated."""

    agrees: bool
    differences: tuple[Difference, ...]
    margins: Margins


ESTIMATES = (
    "The estimates are {apart:.3f} standard deviations apart ({lodged:.4f} and {ours:.4f}); "
    "{margin} is allowed."
)
ERRORS = (
    "The lodged standard error is {ratio:.2f} times ours ({lodged:.4f} and {ours:.4f}); "
    "{margin:.0%} more or less is allowed."
)
PUPILS = "The lodged analysis has {lodged} pupils, ours {ours}."


def check_lodged(
    lodged: LodgedResult, ours: Mapping[str, Any], margins: Margins | None = None
) -> Check:
    """Compare a lodged contrast with the same contrast of ``ours``, an ``EffectResult.to_dict``.

    The standard error is held against the nearer of ours with and without Kenward and Roger's
    correction, which not every program has. Raises ``AnalysisError`` for a contrast we lack.
    """
    allowed = margins or Margins()
    contrast = next(
        (c for c in ours["contrasts"] if (c["arm"], c["control"]) == (lodged.arm, lodged.control)),
        None,
    )
    if contrast is None:
        raise AnalysisError(
            "our analysis has no contrast of {arm} against {control}",
            arm=lodged.arm,
            control=lodged.control,
        )
    found = []
    apart = abs(lodged.estimate - contrast["estimate"])
    apart /= sqrt(sum(ours["unconditional"]["variances"].values()))
    if apart > allowed.estimate:
        values = {"apart": apart, "lodged": lodged.estimate, "ours": contrast["estimate"]}
        found.append(Difference(ESTIMATES, values | {"margin": allowed.estimate}))
    ours_error = min(
        (contrast["std_error"], contrast["model_std_error"]),
        key=lambda error: abs(lodged.std_error / error - 1),
    )
    ratio = lodged.std_error / ours_error
    if abs(ratio - 1) > allowed.std_error:
        values = {"ratio": ratio, "lodged": lodged.std_error, "ours": ours_error}
        found.append(Difference(ERRORS, values | {"margin": allowed.std_error}))
    if abs(lodged.n_pupils - ours["n_pupils"]) > allowed.pupils:
        found.append(Difference(PUPILS, {"lodged": lodged.n_pupils, "ours": ours["n_pupils"]}))
    return Check(not found, tuple(found), allowed)
