"""The evaluator's own result and ours beside it: how far do they part?"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

from analysis.reporting.lodged import Margins
from trials.reports.models import LodgedResult

MARGINS = Margins()


@dataclass(frozen=True, slots=True)
class Agreement:
    """One arm's lodged result beside ours."""

    lodged: LodgedResult
    contrast: dict[str, Any]  # ours
    apart: float  # of the estimates, in standard deviations of the empty model
    ratio: float  # of the lodged standard error to ours
    pupils: int  # analysed by the evaluator, less ours
    margins: Margins = MARGINS

    @property
    def same_estimate(self) -> bool:
        return self.apart <= self.margins.estimate

    @property
    def same_error(self) -> bool:
        return abs(self.ratio - 1) <= self.margins.std_error

    @property
    def same_pupils(self) -> bool:
        return abs(self.pupils) <= self.margins.pupils

    @property
    def agrees(self) -> bool:
        return self.same_estimate and self.same_error and self.same_pupils


def agreements(lodged: Iterable[LodgedResult], result: dict[str, Any]) -> list[Agreement]:
    """Set each lodged result beside ours of the same arm, in the order of ``result``."""
    by_arm = {one.arm: one for one in lodged}
    deviation = sqrt(sum(result["unconditional"]["variances"].values()))
    return [
        Agreement(
            lodged=own,
            contrast=contrast,
            apart=abs(own.estimate - contrast["estimate"]) / deviation,
            ratio=own.std_error / contrast["std_error"],
            pupils=own.n_pupils - result["n_pupils"],
        )
        for contrast in result["contrasts"]
        if (own := by_arm.get(contrast["arm"])) is not None
    ]
