"""The sealed record of a roster, frozen before anyone can know the outcome (section 2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from randomisation.design import BalanceRule, Design, stratified
from randomisation.frame import Frame

MAX_CANDIDATES = 100_000


@dataclass(frozen=True, slots=True)
class Unit:
    """What is drawn as one: a school, a class, a pupil, or sites that must share an arm."""

    id: str  # a pseudonym of this draw
    stratum: str = "all"
    covariates: tuple[str, ...] = ()  # decimal texts, in the order of the method's covariates


@dataclass(frozen=True, slots=True)
class Rerandomised:
    """Draw until the largest distance M between arms is below the threshold."""

    covariates: tuple[str, ...]  # their names
    threshold: str  # decimal text
    max_candidates: int = MAX_CANDIDATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Frame):
    """A checked record. Made by ``new_record`` and ``read_record`` of reading.py."""

    method: Rerandomised | None  # None is blocked
    units: tuple[Unit, ...]  # sorted by id

    @property
    def design(self) -> Design:
        return stratified(
            [arm.label for arm in self.arms],
            [unit.stratum for unit in self.units],
            ratios=[arm.ratio for arm in self.arms],
            balance=self._balance_rule(),
        )

    def _balance_rule(self) -> BalanceRule | None:
        if self.method is None:
            return None
        covariates = np.array([[float(value) for value in unit.covariates] for unit in self.units])
        return BalanceRule(covariates, float(self.method.threshold))

    def to_dict(self) -> dict[str, Any]:
        """Return the record as it is sealed, ready for JSON."""
        return Frame.to_dict(self) | {
            "method": _method_dict(self.method),
            "units": [_unit_dict(unit) for unit in self.units],
        }


def _method_dict(method: Rerandomised | None) -> dict[str, Any]:
    if method is None:
        return {"name": "blocked"}
    return {
        "name": "rerandomised",
        "covariates": list(method.covariates),
        "threshold": method.threshold,
        "max_candidates": method.max_candidates,
    }


def _unit_dict(unit: Unit) -> dict[str, Any]:
    value: dict[str, Any] = {"id": unit.id, "stratum": unit.stratum}
    return value | ({"covariates": list(unit.covariates)} if unit.covariates else {})
