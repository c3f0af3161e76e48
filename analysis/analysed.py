"""One analysis with everything it was made from, so that others can be made beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.arms import FEW_SCHOOLS, check_arms
from analysis.coding.codes import codes_for_missing
from analysis.coding.sample import Sample, complete_cases
from analysis.coding.terms import Term
from analysis.contrasts import contrasts
from analysis.engine.arrays import Ints
from analysis.fitted import Fitted
from analysis.models import covariate_shares, design_terms, fit_model, fit_unconditional
from analysis.notices import FEW
from analysis.request import Request
from analysis.result import EffectResult
from analysis.version import VERSION


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A finished analysis with the columns it was asked of."""

    columns: Mapping[str, Any]  # of every pupil in the file, (n,)
    rows: Ints  # their numbers in messages, (n,)
    request: Request
    sample: Sample
    terms: list[Term]
    result: EffectResult

    def again(self, columns: Mapping[str, Any] | None = None, **changes: Any) -> "Analysis":
        """Return another analysis, of other columns or with fields of the request changed."""
        asked = replace(self.request, **changes)
        return analyse(self.columns if columns is None else columns, asked, self.rows)


def analyse(
    columns: Mapping[str, Any], request: Request, rows: Ints, *, data_sha256: str | None = None
) -> Analysis:
    """Analyse the complete cases of ``columns`` as ``request`` asks."""
    sample = complete_cases(columns, request, rows=rows)
    check_arms(sample, request.design)
    terms = design_terms(sample, request)
    fitted = fit_model(sample, terms, request)
    empty = fit_unconditional(sample, request)
    result = EffectResult(
        outcome=request.outcome,
        design=request.design,
        version=VERSION,
        data_sha256=data_sha256,
        n_pupils=sample.outcome.size,
        n_schools=len(sample.school.levels),
        dropped=sample.dropped,
        model=fitted.model,
        unconditional=empty,
        covariate_icc=covariate_shares(sample, request),
        contrasts=contrasts(sample, fitted, empty, request),
        warnings=(*codes_for_missing(sample, request.outcome), *_warnings(sample, fitted)),
        level=request.level,
    )
    return Analysis(columns, rows, request, sample, terms, result)


def _warnings(sample: Sample, fitted: Fitted) -> list[str]:
    """Return what a reader must know before the numbers, one sentence each."""
    found = list(fitted.warnings)
    if len(sample.school.levels) < FEW_SCHOOLS:
        found.append(FEW.told(n=len(sample.school.levels)))
    return found
