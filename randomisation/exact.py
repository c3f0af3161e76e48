"""The balance of an allocation in exact fractions (loting-draw/1, section 5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from randomisation.errors import DesignError

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True, eq=False)
class ExactBalance:
    """Mahalanobis distances between arms, in exact fractions of decimal texts.

    M does not change when a covariate is multiplied by a constant, so the decimals become
    integers. Morgan & Rubin (2012), Annals of Statistics 40:1263.
    """

    values: NDArray  # shape (n_units, n_covariates): int64, or Python integers where those overflow
    inverse: tuple[tuple[int, ...], ...]  # of the covariance, times ``scale``
    scale: int

    def largest(self, arm: NDArray[np.int8], n_arms: int) -> Fraction | None:
        """Return the largest M over the arms against control, None when an arm is empty.

        ``arm`` holds arm codes, shape (n_units,).
        """
        sums = [[int(total) for total in self.values[arm == k].sum(axis=0)] for k in range(n_arms)]
        counts = [int(count) for count in np.bincount(arm, minlength=n_arms)]
        if not all(counts):
            return None
        return max(self._distance(sums, counts, k) for k in range(1, n_arms))

    def _distance(self, sums: list[list[int]], counts: list[int], k: int) -> Fraction:
        apart = [
            of_arm * counts[0] - of_control * counts[k]
            for of_arm, of_control in zip(sums[k], sums[0], strict=True)
        ]
        squared = sum(
            left * entry * right
            for left, row in zip(apart, self.inverse, strict=True)
            for entry, right in zip(row, apart, strict=True)
        )
        return Fraction(squared, self.scale * counts[0] * counts[k] * (counts[0] + counts[k]))


def exact_balance(names: Sequence[str], rows: Sequence[Sequence[str]]) -> ExactBalance:
    """Prepare the covariates of the units, one row of decimal texts per unit.

    Raises DesignError when a covariate is constant or follows from the others.
    """
    columns = [_whole_numbers(column) for column in zip(*rows, strict=True)]
    for name, column in zip(names, columns, strict=True):
        if len(set(column)) == 1:
            raise DesignError(
                'the covariate "{name}" is the same for every unit; leave it out', name=name
            )
    inverse = _inverse(names, _scatter(columns))
    common = lcm(*(entry.denominator for row in inverse for entry in row))
    n = len(rows)
    return ExactBalance(
        values=_array(columns),
        inverse=tuple(tuple(int(n * (n - 1) * common * e) for e in row) for row in inverse),
        scale=common,
    )


def rounded(value: Fraction, decimals: int = 12) -> str:
    """Return the value as a decimal text, rounded half to even."""
    whole = f"{round(value * 10**decimals):0{decimals + 1}d}"
    return f"{whole[:-decimals]}.{whole[-decimals:]}"


def _whole_numbers(texts: Sequence[str]) -> list[int]:
    decimals = max(len(text.partition(".")[2]) for text in texts)
    return [int(Fraction(text) * 10**decimals) for text in texts]


def _scatter(columns: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    """Return n (n - 1) times the sample covariance."""
    n = len(columns[0])
    return [
        [
            Fraction(n * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y))
            for y in columns
        ]
        for x in columns
    ]


def _inverse(names: Sequence[str], matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert by elimination; a zero on the way names the covariate that follows from others.

    The matrix is positive semi-definite, so pivots need no exchange of rows.
    """
    size = len(matrix)
    rows = [row + [Fraction(int(i == j)) for j in range(size)] for i, row in enumerate(matrix)]
    for k in range(size):
        pivot = rows[k][k]
        if pivot == 0:
            raise DesignError(
                'the covariate "{name}" follows from those before it; leave it out', name=names[k]
            )
        rows[k] = [entry / pivot for entry in rows[k]]
        for i in range(size):
            if i != k and (factor := rows[i][k]):
                rows[i] = [
                    entry - factor * lead for entry, lead in zip(rows[i], rows[k], strict=True)
                ]
    return [row[size:] for row in rows]


def _array(columns: Sequence[Sequence[int]]) -> NDArray:
    """Return the columns as int64 where no sum over units can overflow, else as objects."""
    largest = max(sum(map(abs, column)) for column in columns)
    values = np.array(columns, dtype=np.int64 if largest < 2**63 else object).T
    values.setflags(write=False)
    return values
