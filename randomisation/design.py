"""What a protocol promises about a draw; no randomness lives here."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from randomisation.errors import DesignError

MOST_ARMS = 100  # arm codes are int8


@dataclass(frozen=True, slots=True, eq=False)
class BalanceRule:
    """Accept only allocations whose largest Mahalanobis distance M is below the threshold.

    Morgan & Rubin (2012), Annals of Statistics 40:1263.
    """

    covariates: NDArray[np.float64]  # shape (n_units, n_covariates)
    threshold: float  # of M, as sealed

    def __post_init__(self) -> None:
        self.covariates.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Arms, their ratios, and the blocks (strata) in the order the specification fixes.

    Raises DesignError when the arms, the ratios or the blocks cannot be drawn.
    """

    arms: tuple[str, ...]  # control first
    blocks: tuple[NDArray[np.intp], ...]  # unit numbers, together 0 … n_units - 1, ascending
    ratios: tuple[int, ...] = ()  # in lowest terms; empty means equal
    balance: BalanceRule | None = None  # re-randomised when given

    def __post_init__(self) -> None:
        if not self.ratios:
            object.__setattr__(self, "ratios", (1,) * len(self.arms))
        check_arms(self.arms, self.ratios)
        numbers = np.concatenate(self.blocks) if self.blocks else np.empty(0, dtype=np.intp)
        if not np.array_equal(np.sort(numbers), np.arange(numbers.size)):
            raise DesignError("every unit must be in exactly one block")
        if any(not members.size or np.any(np.diff(members) <= 0) for members in self.blocks):
            raise DesignError("a block lists its units in ascending order, at least one")
        for members in self.blocks:
            members.setflags(write=False)

    @property
    def n_units(self) -> int:
        return sum(members.size for members in self.blocks)

    @property
    def deck(self) -> NDArray[np.int8]:
        """Each arm's code as often as its ratio, in declared order."""
        return np.repeat(np.arange(len(self.arms), dtype=np.int8), self.ratios)

    @property
    def n_words(self) -> int:
        """How many words one allocation takes: units, strata, deck."""
        return self.n_units + len(self.blocks) + sum(self.ratios)


def stratified(
    arms: Sequence[str],
    strata: Sequence[str],
    *,
    ratios: Sequence[int] = (),
    balance: BalanceRule | None = None,
) -> Design:
    """Return the design of units 0 … n - 1, ``strata[i]`` naming the stratum of unit i.

    One name for all is complete randomisation, a name per pair is matched pairs, a name per
    school is a multisite trial.
    """
    names = sorted(set(strata))  # by code point, which is the order of the UTF-8 bytes
    number = {name: k for k, name in enumerate(names)}
    stratum = np.array([number[name] for name in strata], dtype=np.intp)
    by_stratum = np.argsort(stratum, kind="stable")
    ends = np.cumsum(np.bincount(stratum, minlength=len(names)))[:-1]
    blocks = tuple(members.copy() for members in np.split(by_stratum, ends))
    return Design(tuple(arms), blocks, tuple(ratios), balance)


def check_arms(labels: Sequence[str], ratios: Sequence[int]) -> None:
    """Refuse arms that are too few, twice or blank, and ratios not positive and in lowest terms."""
    if not 2 <= len(labels) <= MOST_ARMS:
        raise DesignError(
            "a draw has 2 to {most} arms, not {count}", most=MOST_ARMS, count=len(labels)
        )
    if len(labels) != len(ratios):
        raise DesignError("every arm needs a ratio")
    for position, label in enumerate(labels):
        if not label.strip():
            raise DesignError("arm {number} has no label", number=position + 1)
        if label in labels[:position]:
            raise DesignError('the arm "{label}" is named twice', label=label)
    for label, ratio in zip(labels, ratios, strict=True):
        if ratio < 1:
            raise DesignError(
                'the ratio of arm "{label}" is {ratio}; it must be 1 or more, '
                "or the arm must be left out",
                label=label,
                ratio=ratio,
            )
    if (common := gcd(*ratios)) > 1:
        raise DesignError(
            "the ratios {given} are not in lowest terms; write {lowest}",
            given=":".join(map(str, ratios)),
            lowest=":".join(str(ratio // common) for ratio in ratios),
        )
