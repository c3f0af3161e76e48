"""The pupils an analysis can use, and why it cannot use the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.columns import Labels, Numbers, is_text, label_column, number_column
from analysis.coding.terms import crossed
from analysis.engine.arrays import Floats, Ints
from analysis.engine.fit import class_of_two_schools, not_nested
from analysis.errors import AnalysisError
from analysis.request import CONTROLS, Request


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The complete cases, every column of shape (n,)."""

    outcome: Floats
    school: Labels
    arm: Labels | None
    klass: Labels | None  # each in one school
    covariates: tuple[Numbers | Labels, ...]
    stratum: Labels | None
    control: str | None
    dropped: dict[str, int]  # reason, number of pupils; each pupil counted once
    dose: Numbers | None  # may have gaps, as may the subgroups
    subgroups: tuple[Labels, ...]
    kept: NDArray[np.bool_]  # which pupils of the file these are

    def take(self, rows: NDArray[np.bool_]) -> "Sample":
        """Return the chosen pupils, with the labels that still occur."""
        kept = self.kept.copy()
        kept[self.kept] = rows
        return replace(
            self,
            outcome=self.outcome[rows],
            school=self.school.take(rows),
            arm=self.arm.take(rows) if self.arm else None,
            klass=self.klass.take(rows) if self.klass else None,
            covariates=tuple(column.take(rows) for column in self.covariates),
            stratum=self.stratum.take(rows) if self.stratum else None,
            dose=self.dose.take(rows) if self.dose else None,
            subgroups=tuple(column.take(rows) for column in self.subgroups),
            kept=kept,
        )

    def without_covariate(self, name: str) -> "Sample":
        kept = tuple(column for column in self.covariates if column.name != name)
        return replace(self, covariates=kept)


def complete_cases(frame: Mapping[str, Any], request: Request, *, rows: Ints) -> Sample:
    """Return the rows with every column the request names; ``rows`` holds their numbers.

    Raises ``AnalysisError`` where columns or cells cannot be used, or an arm keeps no outcome.
    """
    school = school_column(frame, request)
    klass = label_column(frame, request.klass, missing=_words(request)) if request.klass else None
    arm = label_column(frame, request.arm, missing=request.missing) if request.arm else None
    outcome = number_column(frame, request.outcome, missing=request.missing, rows=rows)
    if isinstance(outcome, Labels):
        _refuse_empty(outcome)
        raise AnalysisError(
            "outcome {column} holds text, not numbers, e.g. {example}; write numbers without "
            "thousands marks, or 1 and 0 for yes and no",
            column=request.outcome,
            example=next((text for text in outcome.levels if is_text(text)), outcome.levels[0]),
        )
    covariates = [covariate_column(frame, name, request, rows) for name in request.covariates]
    strata = [label_column(frame, name, missing=request.missing) for name in request.strata]
    columns = [c for c in (arm, school, klass, outcome, *covariates, *strata) if c is not None]
    kept, dropped = _kept(columns)
    control = _control(arm, request) if arm else None
    if arm is not None:
        _refuse_lost_arms(arm, kept, request)
    if not kept.any():
        raise AnalysisError("no pupil has a value in every column this analysis uses")
    kept_school = school.take(kept)
    return Sample(
        outcome=outcome.take(kept).values,
        school=kept_school,
        arm=arm.take(kept) if arm else None,
        klass=_nested(klass.take(kept), kept_school) if klass else None,
        covariates=tuple(column.take(kept) for column in covariates),
        stratum=crossed([column.take(kept) for column in strata]) if strata else None,
        control=control,
        dropped=dropped,
        dose=_dose(frame, request, rows, kept),
        subgroups=tuple(
            label_column(frame, name, missing=request.missing).take(kept)
            for name in request.subgroups
        ),
        kept=kept,
    )


def school_column(frame: Mapping[str, Any], request: Request) -> Labels:
    """Return the schools; a text for missing counts here too, a number may be a school's own."""
    return label_column(frame, request.school, missing=_words(request))


def _words(request: Request) -> list[str]:
    return [text for text in request.missing if is_text(text)]


def _dose(
    frame: Mapping[str, Any], request: Request, rows: Ints, kept: NDArray[np.bool_]
) -> Numbers | None:
    if request.dose is None:
        return None
    column = number_column(frame, request.dose, missing=request.missing, rows=rows)
    if isinstance(column, Labels):
        raise AnalysisError("dose {column} holds text, not numbers", column=request.dose)
    return column.take(kept)


def covariate_column(
    frame: Mapping[str, Any], name: str, request: Request, rows: Ints
) -> Numbers | Labels:
    """Return a covariate as numbers, or as labels where it holds text or is said to."""
    if name in request.categorical or name in request.references:
        return label_column(frame, name, missing=request.missing)
    return number_column(frame, name, missing=request.missing, rows=rows)


def _kept(columns: list[Numbers | Labels]) -> tuple[Any, dict[str, int]]:
    kept = np.ones(columns[0].missing.size, dtype=bool)
    dropped = {}
    for column in columns:
        if column.missing.size != kept.size:
            raise AnalysisError(
                "column {column} has {found} values where others have {expected}",
                column=column.name,
                found=column.missing.size,
                expected=kept.size,
            )
        lost = int(np.sum(kept & column.missing))
        if lost:
            dropped[f"missing {column.name}"] = lost
        kept &= ~column.missing
    return kept, dropped


def _refuse_empty(column: Labels) -> None:
    if not column.levels:
        raise AnalysisError("column {column} is empty for every pupil", column=column.name)


def _control(arm: Labels, request: Request) -> str:
    _refuse_empty(arm)
    if len(arm.levels) == 1:
        raise AnalysisError(
            "{column} has only one arm, {level}; an effect needs two",
            column=arm.name,
            level=arm.levels[0],
        )
    if request.control is not None:
        found = [level for level in arm.levels if level == request.control]
    else:
        found = [level for level in arm.levels if level.lower() in CONTROLS]
    if len(found) != 1:
        raise AnalysisError(
            "which arm is the control? Name it with --control; {column} holds {levels}",
            column=arm.name,
            levels=", ".join(arm.levels),
        )
    return found[0]


def _nested(klass: Labels, school: Labels) -> Labels:
    shared = class_of_two_schools(klass.codes, school.codes)
    if shared is not None:
        raise not_nested(klass.levels[shared])
    return klass


def _refuse_lost_arms(arm: Labels, kept: Any, request: Request) -> None:
    present = arm.take(kept).levels
    for level in arm.levels:
        if level not in present:
            raise AnalysisError(
                "arm {arm} has no pupil with {outcome} and every other column of this analysis",
                arm=level,
                outcome=request.outcome,
            )
