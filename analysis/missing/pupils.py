"""The pupils of a trial with their gaps, as imputation and the model of loss need them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.analysed import Analysis
from analysis.coding.columns import Labels, Numbers, label_column, number_column
from analysis.coding.sample import covariate_column, school_column
from analysis.coding.terms import Term, dummy_terms
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError
from analysis.missing.dropout import DropoutModel, dropout_model
from analysis.missing.imputation import Incomplete

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pupils:
    """Every pupil of the file; ``usable`` are those whose labels are all known."""

    columns: Mapping[str, Any]
    outcome: str
    usable: Bools
    numbers: dict[str, Floats]  # outcome and numeric covariates, (n,), NaN where missing
    arms: Labels
    schools: Labels
    labels: tuple[Labels, ...]  # strata and text covariates

    @classmethod
    def of(cls, analysis: Analysis) -> "Pupils":
        """Return the pupils of the file; raises ``AnalysisError`` for an analysis without arms."""
        columns, request = analysis.columns, analysis.request
        if request.arm is None:
            raise AnalysisError("this is about an effect; name the arm")
        cells = [
            number_column(columns, request.outcome, missing=request.missing, rows=analysis.rows),
            *(covariate_column(columns, x, request, analysis.rows) for x in request.covariates),
        ]
        labels = [column for column in cells if isinstance(column, Labels)]
        labels += [label_column(columns, x, missing=request.missing) for x in request.strata]
        arms = label_column(columns, request.arm, missing=request.missing)
        schools = school_column(columns, request)
        classes = [label_column(columns, request.klass)] if request.klass else []
        usable = ~arms.missing & ~schools.missing
        for column in (*labels, *classes):
            usable &= ~column.missing
        numbers = {column.name: column.values for column in cells if isinstance(column, Numbers)}
        return cls(columns, request.outcome, usable, numbers, arms, schools, tuple(labels))

    @property
    def lost_outcomes(self) -> int:
        """Return how many usable pupils have no outcome."""
        return int(np.isnan(self.numbers[self.outcome][self.usable]).sum())

    def incomplete_shares(self) -> dict[str, float]:
        """Return the share of pupils without a full record, of all with an arm and by arm."""
        drawn, gap = ~self.arms.missing, ~self.usable
        for values in self.numbers.values():
            gap = gap | np.isnan(values)
        shares = {"all": float(gap[drawn].mean())}
        for k, level in enumerate(self.arms.levels):
            shares[level] = float(gap[self.arms.codes == k].mean())
        return shares

    def as_incomplete(self) -> Incomplete:
        """Return what is to be imputed of the usable pupils."""
        ones = np.ones(int(self.usable.sum()))
        return Incomplete(
            {name: values[self.usable] for name, values in self.numbers.items()},
            [ones, *(term.values for term in self._known_terms())],
            self.schools.take(self.usable).codes,
        )

    def completed(self, filled: Mapping[str, Floats], shift: float, arm: str) -> dict[str, Any]:
        """Return the columns filled in; imputed outcomes of ``arm`` get ``shift`` added."""
        columns = dict(self.columns)
        for name, values in filled.items():
            whole = self.numbers[name].copy()
            whole[self.usable] = values
            columns[name] = whole
        if shift:
            gap = self.usable & np.isnan(self.numbers[self.outcome])
            gap &= self.arms.codes == self.arms.levels.index(arm)
            columns[self.outcome] = columns[self.outcome] + shift * gap
        return columns

    def dropout(self) -> DropoutModel | None:
        """Return the model of missing outcomes among pupils known at baseline."""
        baseline = {name: v for name, v in self.numbers.items() if name != self.outcome}
        known = self.usable.copy()
        for values in baseline.values():
            known &= ~np.isnan(values)
        lost = np.isnan(self.numbers[self.outcome])[known].astype(float)
        if not 0 < lost.sum() < lost.size:
            return None
        inside = known[self.usable]
        terms = [Term(t.name, t.values[inside]) for t in self._known_terms()]
        terms = [term for term in terms if term.values.std() > 0]
        terms += [Term(name, values[known]) for name, values in baseline.items()]
        return dropout_model(lost, terms, self.schools.codes[known])

    def _known_terms(self) -> list[Term]:
        columns = [column.take(self.usable) for column in (self.arms, *self.labels)]
        return [
            term
            for column in columns
            if len(column.levels) > 1
            for term in dummy_terms(column, column.levels[0])
        ]
