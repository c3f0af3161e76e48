"""From the locked plan to the analyses it asks for, each with its label and its specification."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trials.agreements.plan import Plan
from trials.agreements.protocol import Protocol
from trials.releases.codebook import DOSE, column_of
from trials.reports.models import EstimateLabel, Part


@dataclass(frozen=True, slots=True)
class Analysis:
    """One thing to estimate. ``specification`` is what ``estimate_effect`` is asked."""

    part: Part
    subject: str  # the outcome or the column it is about
    specification: dict[str, Any]

    def to_dict(self, label: EstimateLabel) -> dict[str, Any]:
        return {
            "part": self.part.value,
            "subject": self.subject,
            "label": label.value,
            "specification": self.specification,
        }


def analyses_of(plan: Plan, protocol: Protocol, receipts: tuple[int, ...]) -> list[Analysis]:
    """Return what a plan says is estimated, the primary outcome first.

    ``receipts`` are the numbers of the trial's draws, which permutations redraw.
    """
    primary = specification_of(plan, protocol)
    permuted = {"permutations": plan.permutations, "receipts": list(receipts)}
    found = [
        Analysis(
            Part.PRIMARY, primary["outcome"], primary | (permuted if plan.permutations else {})
        )
    ]
    found += _secondary(plan, protocol, primary)
    found += [
        Analysis(Part.SUBGROUP, group.column, primary | {"subgroups": [group.column]})
        for group in plan.subgroups
    ]
    dose = {"dose": DOSE, "threshold": plan.compliance.threshold}
    return [*found, Analysis(Part.COMPLIANCE, plan.compliance.dose, primary | dose)]


def specification_of(plan: Plan, protocol: Protocol) -> dict[str, Any]:
    """Return the primary analysis, with the column names of a release."""
    return {
        "outcome": column_of(plan.outcome, plan.wave),
        "arm": "arm",
        "school": "school",
        "covariates": list(plan.covariates),
        "strata": list(plan.strata),
        "categorical": list(plan.categorical),
        "control": protocol.control,
        "design": plan.design.value,
        "method": plan.method.value,
        "df": plan.df_method.value,
        "level": plan.level,
    }


def _secondary(plan: Plan, protocol: Protocol, primary: dict[str, Any]) -> Iterator[Analysis]:
    """Yield the further outcomes, each in every wave it was measured in."""
    for code in plan.secondary:
        for instrument in protocol.instruments:
            if instrument.code == code:
                name = column_of(code, instrument.wave)
                yield Analysis(Part.SECONDARY, name, primary | {"outcome": name})
