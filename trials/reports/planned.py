"""From the locked plan to the analyses it asks for, each with its label and its specification."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trials.agreements.plan import MissingRule, Plan
from trials.agreements.protocol import ColumnRole, InstrumentRole, Protocol
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
    outcome = primary["outcome"]
    found = [Analysis(Part.PRIMARY, outcome, primary | {"syntax": True})]
    found += _secondary(plan, protocol, primary)
    found += [
        Analysis(Part.SUBGROUP, group.column, primary | {"subgroups": [group.column]})
        for group in plan.subgroups
    ]
    dose = {"dose": DOSE, "threshold": plan.compliance.threshold}
    found.append(Analysis(Part.COMPLIANCE, plan.compliance.dose, primary | dose))
    redrawn = {"permutations": plan.permutations, "receipts": list(receipts)}
    if plan.permutations:
        found.append(Analysis(Part.PERMUTATION, outcome, primary | redrawn))
    outcomes = [one.subject for one in found if one.part is Part.SECONDARY]
    if outcomes or len(protocol.arms) > 2:
        jointly = plan.permutations > 0
        method = "westfall-young" if jointly else "holm"
        family = {"outcomes": outcomes, "family": method} | (redrawn if jointly else {})
        found.append(Analysis(Part.FAMILY, outcome, primary | family))
    if plan.missing.rule is MissingRule.IMPUTE_ABOVE:
        rule = {
            "missing_data": "rule",
            "missing_above": plan.missing.above,
            "imputations": plan.missing.imputations,
        }
        found.append(Analysis(Part.MISSING, outcome, primary | rule))
    before = _baseline_columns(protocol)
    if before:
        around = {"balance": before, "attrition": True}
        found.append(Analysis(Part.BALANCE, outcome, primary | around))
    other = {"curve": True, "curve_covariates": [x for x in before if x not in plan.covariates]}
    return [*found, Analysis(Part.ROBUSTNESS, outcome, primary | other)]


def _baseline_columns(protocol: Protocol) -> list[str]:
    """Return what was known before the draw: tests and covariates of the data list."""
    tests = [
        column_of(one.code, one.wave)
        for one in protocol.instruments
        if one.role is not InstrumentRole.OUTCOME
    ]
    return tests + [one.code for one in protocol.columns if one.role is ColumnRole.COVARIATE]


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
    """Yield the further outcomes, each in every wave in which arms were as drawn."""
    for code in plan.secondary:
        for instrument in protocol.instruments:
            if instrument.code == code and protocol.by_arm_drawn(instrument.wave):
                name = column_of(code, instrument.wave)
                yield Analysis(Part.SECONDARY, name, primary | {"outcome": name})
