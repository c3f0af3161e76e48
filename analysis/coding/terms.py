"""The named columns of a design."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coding.columns import Labels, Numbers
from analysis.engine.arrays import Column, Floats
from analysis.errors import AnalysisError


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One column of the design, shape (n,), under the name the output shows."""

    name: str
    column: Column  # a dummy is kept as true and false, which takes an eighth of the room

    @property
    def values(self) -> Floats:
        """The column as numbers, (n,)."""
        return self.column.astype(float, copy=False)


def numeric_term(column: Numbers) -> Term:
    """Return a numeric column as it is; raises ``AnalysisError`` where it has one value."""
    if np.all(column.values == column.values[0]):
        raise AnalysisError(
            "covariate {column} has the same value for every pupil; leave it out",
            column=column.name,
        )
    return Term(column.name, column.values)


def dummy_terms(column: Labels, reference: str) -> list[Term]:
    """Return one column of zeros and ones for each level but ``reference``.

    Raises ``AnalysisError`` for a column of one level.
    """
    if len(column.levels) < 2:
        raise AnalysisError(
            "{column} has only the level {level} among the pupils analysed; leave it out",
            column=column.name,
            level=column.levels[0],
        )
    return [
        Term(f"{column.name}[{level}]", column.codes == k)
        for k, level in enumerate(column.levels)
        if level != reference
    ]


def reference_level(column: Labels, references: Mapping[str, str]) -> str:
    """Return the level named for ``column``, else the first in sorted order.

    Raises ``AnalysisError`` for a level it does not have.
    """
    named = references.get(column.name, column.levels[0])
    if named not in column.levels:
        raise AnalysisError(
            "{column} has no level {level}; its levels are {levels}",
            column=column.name,
            level=named,
            levels=", ".join(column.levels),
        )
    return named


def crossed(columns: Sequence[Labels]) -> Labels:
    """Return one column of labels whose levels are the combinations that occur."""
    if len(columns) == 1:
        return columns[0]
    code = np.zeros(columns[0].codes.size, dtype=np.intp)
    for column in columns:
        code = code * len(column.levels) + column.codes
    present, codes = np.unique(code, return_inverse=True)
    names = []
    for value in present:
        parts = []
        for column in reversed(columns):
            value, k = divmod(int(value), len(column.levels))
            parts.append(column.levels[k])
        names.append("/".join(reversed(parts)))
    return Labels("/".join(column.name for column in columns), codes, tuple(names))
