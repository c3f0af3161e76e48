"""What ``Extras`` ask for, added to a finished analysis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.additions import Additions, each_contrast
from analysis.analysed import Analysis
from analysis.engine.arrays import Ints
from analysis.errors import AnalysisError
from analysis.extras import Extras
from analysis.reporting.instruments import Instruments, refuse_mixed, sensitivity, standardised
from analysis.request import Request
from analysis.result import Drawings, EffectResult
from analysis.sealed import SealedDraw

DRAWS = 1_000  # permutations of a plot or a family, unless told otherwise


def comparable(
    columns: Mapping[str, Any], request: Request, extras: Extras, rows: Ints
) -> tuple[dict[str, Any], tuple[Instruments, ...]]:
    """Return the columns with the scores of several tests standardised, and how that was done."""
    refuse_mixed(columns, request, rows, extras.instruments)
    found, changed = [], dict(columns)
    for score, groups in extras.instruments.items():
        scores, how = standardised(
            columns,
            score=score,
            groups=groups,
            norms=extras.norms,
            rows=rows,
            missing=request.missing,
        )
        changed[score] = scores
        found.append(how)
    return changed, tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Everything around the estimate of one analysis."""

    analysis: Analysis
    extras: Extras
    seed: int
    sealed: SealedDraw | None
    permutations: int

    def added_to(self, result: EffectResult) -> EffectResult:
        """Return ``result`` with every addition that was asked for."""
        extras = self.extras
        if extras.balance:
            from analysis.reporting.balance import baseline_balance

            result = replace(result, balance=baseline_balance(self.analysis, extras.balance))
        if extras.attrition:
            from analysis.reporting.attrition import attrition

            result = replace(result, attrition=attrition(self.analysis))
        if extras.missing_data == "rule":
            result = self._missing(result)
        if extras.family is not None or extras.outcomes:
            result = self._family(result)
        if extras.binary:
            from analysis.reporting.binary import binary_contrasts

            result = each_contrast(result, binary=binary_contrasts(self.analysis))
        if extras.robust or extras.wild:
            result = self._robust(result)
        if extras.curve or extras.plots:
            from analysis.reporting.curve import specification_curve

            curve = specification_curve(self.analysis, extras.curve_covariates)
            result = replace(result, curve=curve)
        return self._drawings(result) if extras.plots else result

    def with_instruments(
        self, result: EffectResult, found: tuple[Instruments, ...]
    ) -> EffectResult:
        """Add how scores were standardised and, of the outcome, whether one test decides."""
        return replace(
            result,
            instruments=tuple(
                replace(how, sensitivity=sensitivity(self.analysis, how.columns[0]))
                if how.score == result.outcome
                else how
                for how in found
            ),
        )

    def _missing(self, result: EffectResult) -> EffectResult:
        from analysis.missing.rule import missing_by_rule

        found, contrasts = missing_by_rule(
            self.analysis,
            np.random.default_rng([self.seed, 3]),
            limit=self.extras.missing_above,
            imputations=self.extras.imputations,
        )
        result = replace(result, missing_data=found)
        if contrasts is None:
            return result
        return replace(each_contrast(result, imputed=contrasts), seed=self.seed)

    def _family(self, result: EffectResult) -> EffectResult:
        from analysis.reporting.outcomes import family_of

        found = family_of(
            self.analysis,
            self.extras.outcomes,
            self.extras.family or "holm",
            n_draws=self.permutations or DRAWS,
            rng=np.random.default_rng([self.seed, 4]),
            sealed=self.sealed,
        )
        return replace(result, family=found, seed=self.seed if found.draws else result.seed)

    def _robust(self, result: EffectResult) -> EffectResult:
        from analysis.reporting.robust import robust_contrasts, wild_contrasts

        if self.extras.robust:
            found, joint = robust_contrasts(self.analysis)
            result = replace(each_contrast(result, robust=found), joint_test=joint)
        if self.extras.wild:
            rng = np.random.default_rng([self.seed, 5])
            drawn = wild_contrasts(self.analysis, self.extras.wild, rng)
            result = replace(each_contrast(result, wild=drawn), seed=self.seed)
        return result

    def _drawings(self, result: EffectResult) -> EffectResult:
        """Keep what plots of the model need; models of other than two levels have no such plots.

        Allocations are drawn for a plot too, where that does not take a fit for each of them.
        """
        from analysis.inference.refitters import refitted_at_once
        from analysis.reporting.schools import school_levels

        request = self.analysis.request
        if not self.permutations and request.arm and refitted_at_once(request):
            add = Additions(self.analysis)
            result = add.with_permutations(result, DRAWS, self.seed, self.sealed)
        try:
            profiles = Additions(self.analysis).profile_curves()
            kept = Drawings(tuple(profiles), school_levels(self.analysis))
        except AnalysisError:
            kept = Drawings((), ())
        return replace(result, drawings=kept)
