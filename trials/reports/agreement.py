"""The evaluator's own result and ours beside it: how far do they part?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.reporting.lodged import ERRORS, ESTIMATES, PUPILS, Check, check_lodged
from analysis.reporting.lodged import LodgedResult as Lodged
from trials.reports.models import LodgedResult

KINDS = {ESTIMATES: "estimates", ERRORS: "errors", PUPILS: "pupils"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One arm's lodged result beside ours."""

    lodged: LodgedResult
    contrast: dict[str, Any]  # ours
    check: Check

    @property
    def agrees(self) -> bool:
        return self.check.agrees

    @property
    def parted(self) -> dict[str, Mapping[str, Any]]:
        """In what the two part (estimates, errors, pupils), with the figures."""
        return {KINDS[one.sentence]: one.values for one in self.check.differences}


def agreements(lodged: Iterable[LodgedResult], result: dict[str, Any]) -> list[Agreement]:
    """Set each lodged result beside ours of the same arm, in the order of ``result``."""
    by_arm = {one.arm: one for one in lodged}
    return [
        Agreement(own, contrast, check_lodged(_figures(own, contrast["control"]), result))
        for contrast in result["contrasts"]
        if (own := by_arm.get(contrast["arm"])) is not None
    ]


def _figures(own: LodgedResult, control: str) -> Lodged:
    return Lodged(
        arm=own.arm,
        control=control,
        estimate=own.estimate,
        std_error=own.std_error,
        df=own.df,
        n_pupils=own.n_pupils,
        software=own.software,
        script_sha256=own.script_sha256,
    )
