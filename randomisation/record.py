"""The sealed record, frozen before anyone can know the outcome (loting-draw/1, section 2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from randomisation.canonical import digest
from randomisation.design import BalanceRule, Design, stratified
from randomisation.entropy import Party

SPEC = "loting-draw/1"
MAX_CANDIDATES = 100_000


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm and its share; the first arm of a record is the control."""

    label: str
    ratio: int = 1


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


@dataclass(frozen=True, slots=True)
class Record:
    """A checked record. Made by ``new_record`` and ``read_record`` of reading.py."""

    trial: str
    arms: tuple[Arm, ...]
    method: Rerandomised | None  # None is blocked
    units: tuple[Unit, ...]  # sorted by id
    entropy: tuple[Party, ...]
    salt: str  # 64 hexadecimal digits
    rule: str | None = None  # fingerprint of a standing rule
    previous: str | None = None  # hash of the receipt of the wave before

    @property
    def fingerprint(self) -> str:
        return digest(self.to_dict())

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
        value: dict[str, Any] = {
            "spec": SPEC,
            "trial": self.trial,
            "arms": [{"label": arm.label, "ratio": arm.ratio} for arm in self.arms],
            "method": _method_dict(self.method),
            "units": [_unit_dict(unit) for unit in self.units],
            "entropy": [
                {"party": party.name}
                | ({} if party.commitment is None else {"commitment": party.commitment})
                for party in self.entropy
            ],
            "salt": self.salt,
        }
        optional = {"rule": self.rule, "previous": self.previous}
        return value | {key: item for key, item in optional.items() if item is not None}


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
