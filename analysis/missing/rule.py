"""The rule for missing data: complete cases under five per cent; above it, model, impute, shift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.columns import Labels, Numbers, label_column, number_column
from analysis.coding.terms import Term, dummy_terms
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError
from analysis.estimate import estimate_effect
from analysis.missing.dropout import DropoutModel, dropout_model
from analysis.missing.imputation import Incomplete, imputed
from analysis.missing.rubin import Pooled, pool
from analysis.result import EffectResult

LIMIT = 0.05  # share of incomplete pupils up to which complete cases will do
LEAST = 20  # imputations, and at least one per per cent of incomplete pupils
SHIFTS = (-0.2, -0.1, 0.0, 0.1, 0.2)  # standard deviations added to imputed outcomes of an arm
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PooledContrast:
    """One arm against control over the imputed data sets, and under each shift of its outcomes."""

    arm: str
    control: str
    pooled: Pooled
    effect_size: float  # pooled estimate over the mean deviation of the empty models
    shifted: Mapping[float, Pooled]


@dataclass(frozen=True, slots=True)
class MissingData:
    """What was missing, and what the estimate becomes when it is filled in."""

    incomplete: Mapping[str, float]  # share of pupils by arm, and "all"
    complete_cases: EffectResult
    dropout: DropoutModel | None  # None under the limit, or with every outcome known
    contrasts: tuple[PooledContrast, ...]  # empty under the limit


def estimate_with_missing(
    frame: Mapping[str, Any],
    *,
    outcome: str,
    school: str,
    arm: str,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    missing: Sequence[str] = (),
    seed: int = 1,
    limit: float = LIMIT,
    **options: Any,
) -> MissingData:
    """Estimate as ``estimate_effect`` does, and by the rule for missing data where it applies.

    ``frame`` holds every pupil drawn. The outcome and numeric covariates are imputed, with arms,
    strata and schools in every equation; text covariates and everything else must be there.
    """
    asked = options | {"school": school, "arm": arm, "outcome": outcome, "missing": missing}
    asked |= {"covariates": tuple(covariates), "strata": tuple(strata)}
    columns = {str(name): frame[name] for name in frame}
    complete = estimate_effect(columns, **asked)
    pupils = _Pupils.of(columns, outcome, school, arm, covariates, strata, missing)
    shares = pupils.incomplete_shares()
    if shares["all"] <= limit:
        return MissingData(shares, complete, None, ())
    rng, m = np.random.default_rng(seed), max(LEAST, ceil(100 * shares["all"]))
    sets = list(imputed(pupils.as_incomplete(), imputations=m, rng=rng))
    deviation = float(np.sqrt(sum(complete.unconditional.variances.values())))

    def refit(shift: float, level: str) -> list[EffectResult]:
        return [
            estimate_effect(pupils.completed(filled, shift * deviation, level), **asked)
            for filled in sets
        ]

    plain = refit(0.0, "")
    contrasts = tuple(
        _pooled(k, plain, {s: plain if s == 0 else refit(s, c.arm) for s in SHIFTS})
        for k, c in enumerate(complete.contrasts)
    )
    return MissingData(shares, complete, pupils.dropout(), contrasts)


def _pooled(
    k: int, plain: list[EffectResult], shifted: Mapping[float, list[EffectResult]]
) -> PooledContrast:
    def together(results: list[EffectResult]) -> Pooled:
        found = [result.contrasts[k] for result in results]
        df = [c.df if c.df is not None else 1e9 for c in found]
        return pool(
            [c.estimate for c in found],
            [c.std_error**2 for c in found],
            complete_df=float(np.mean(df)),
            level=results[0].level,
        )

    pooled, first = together(plain), plain[0].contrasts[k]
    totals = [np.sqrt(sum(r.unconditional.variances.values())) for r in plain]
    return PooledContrast(
        first.arm,
        first.control,
        pooled,
        pooled.estimate / float(np.mean(totals)),
        {shift: together(results) for shift, results in shifted.items()},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pupils:
    """The columns of the analysis, gaps and all, of the pupils whose arm and school are known."""

    columns: dict[str, Any]
    outcome: str
    usable: Bools
    numbers: dict[str, Floats]  # outcome and numeric covariates, (n,), NaN where missing
    arms: Labels
    schools: Labels
    labels: tuple[Labels, ...]  # strata and text covariates

    @classmethod
    def of(
        cls,
        columns: dict[str, Any],
        outcome: str,
        school: str,
        arm: str,
        covariates: Sequence[str],
        strata: Sequence[str],
        missing: Sequence[str],
    ) -> "_Pupils":
        rows = np.arange(1, len(columns[outcome]) + 1)
        cells = {
            name: number_column(columns, name, missing=missing, rows=rows)
            for name in (outcome, *covariates)
        }
        labels = [column for column in cells.values() if isinstance(column, Labels)]
        labels += [label_column(columns, name, missing=missing) for name in strata]
        arms, schools = label_column(columns, arm, missing=missing), label_column(columns, school)
        usable = ~arms.missing & ~schools.missing
        for column in labels:
            usable &= ~column.missing
        numbers = {
            name: column.values for name, column in cells.items() if isinstance(column, Numbers)
        }
        if outcome not in numbers:
            raise AnalysisError("outcome {column} holds text, not numbers", column=outcome)
        return cls(columns, outcome, usable, numbers, arms, schools, tuple(labels))

    def incomplete_shares(self) -> dict[str, float]:
        drawn = ~self.arms.missing
        gap = ~self.usable
        for values in self.numbers.values():
            gap = gap | np.isnan(values)
        shares = {"all": float(gap[drawn].mean())}
        for k, level in enumerate(self.arms.levels):
            shares[level] = float(gap[self.arms.codes == k].mean())
        return shares

    def _known_terms(self) -> list[Term]:
        columns = [column.take(self.usable) for column in (self.arms, *self.labels)]
        return [
            term
            for column in columns
            if len(column.levels) > 1
            for term in dummy_terms(column, column.levels[0])
        ]

    def as_incomplete(self) -> Incomplete:
        ones = np.ones(int(self.usable.sum()))
        return Incomplete(
            {name: values[self.usable] for name, values in self.numbers.items()},
            [ones, *(term.values for term in self._known_terms())],
            self.schools.take(self.usable).codes,
        )

    def completed(self, filled: dict[str, Floats], shift: float, level: str) -> dict[str, Any]:
        """Return the columns filled in; imputed outcomes of one arm are shifted."""
        columns = dict(self.columns)
        for name, values in filled.items():
            whole = self.numbers[name].copy()
            whole[self.usable] = values
            columns[name] = whole
        if shift:
            gap = self.usable & np.isnan(self.numbers[self.outcome])
            gap &= self.arms.codes == self.arms.levels.index(level)
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
