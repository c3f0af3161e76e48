"""What an analysis adds to its contrasts on request, from compliers to the exact posterior."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.analysed import Analysis
from analysis.engine.moments import SchoolMoments, reduce_to_schools
from analysis.errors import AnalysisError
from analysis.parts import Posterior
from analysis.result import EffectResult
from analysis.sealed import SealedDraw

if TYPE_CHECKING:
    from analysis.inference.profile import ProfileCurve
    from analysis.reporting.opening import DataFile

EFFECTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)  # whose probability of being passed is given


@dataclass(frozen=True, slots=True, eq=False)
class Additions:
    """What can be added to the contrasts of a finished analysis.

    Each ``with_…`` returns the result with one thing more, and raises ``AnalysisError`` where this
    analysis has no such thing.
    """

    analysis: Analysis

    def with_syntax(self, result: EffectResult, file: "str | DataFile") -> EffectResult:
        from analysis.reporting.syntax import syntax_of

        return replace(result, syntax=syntax_of(self.analysis.request, result, file=file))

    def with_compliers(self, result: EffectResult) -> EffectResult:
        from analysis.inference.compliance import complier_effects

        found = complier_effects(
            self.analysis.sample,
            self.analysis.terms,
            self.analysis.request,
            deviation=result.unconditional.deviation,
        )
        return each_contrast(result, cace=found)

    def with_subgroups(self, result: EffectResult) -> EffectResult:
        from analysis.inference.subgroups import subgroup_effects

        return replace(
            result, subgroups=subgroup_effects(self.analysis.sample, self.analysis.request)
        )

    def with_permutations(
        self, result: EffectResult, n_draws: int, seed: int, sealed: SealedDraw | None
    ) -> EffectResult:
        from analysis.inference.permutation import permutation_tests

        self._need_arm()
        found = permutation_tests(
            self.analysis.sample,
            self.analysis.terms,
            self.analysis.request,
            [(c.estimate, c.model_std_error) for c in result.contrasts],
            n_draws=n_draws,
            rng=np.random.default_rng([seed, 1]),
            sealed=sealed,
        )
        return replace(each_contrast(result, permutation=found), seed=seed)

    def with_bootstrap(
        self, result: EffectResult, n_draws: int, seed: int, scheme: str
    ) -> EffectResult:
        from analysis.inference.bootstrap import bootstraps

        self._need_arm()
        found = bootstraps(
            self.analysis.sample,
            self.analysis.terms,
            self.analysis.request,
            n_draws=n_draws,
            rng=np.random.default_rng([seed, 2]),
            scheme=scheme,
        )
        return replace(each_contrast(result, bootstrap=found), seed=seed)

    def with_profile(self, result: EffectResult) -> EffectResult:
        return each_contrast(result, profile=[curve.interval for curve in self.profile_curves()])

    def profile_curves(self) -> "list[ProfileCurve]":
        """Return the profile likelihood of each contrast."""
        from analysis.inference.profile import ProfileDeviance, profile_curve

        moments = self._two_level_moments()
        return [
            profile_curve(
                ProfileDeviance(moments, column),
                std_error=contrast.model_std_error,
                level=self.analysis.request.level,
            )
            for column, contrast in enumerate(self.analysis.result.contrasts, start=1)
        ]

    def with_posterior(
        self, result: EffectResult, prior: str, effect_prior: tuple[float, float] | None
    ) -> EffectResult:
        """Add the posteriors; ``effect_prior`` is normal, in standard deviations."""
        from analysis.inference.posterior import effect_posterior

        moments = self._two_level_moments()
        deviation = result.unconditional.deviation
        tail = (1 - self.analysis.request.level) / 2
        known = None
        if effect_prior is not None:
            known = effect_prior[0] * deviation, effect_prior[1] * deviation
        found = []
        for column in range(1, 1 + len(result.contrasts)):  # after the intercept
            posterior = effect_posterior(moments, column, prior=prior, effect_prior=known)
            above = {f"{d:g}": 1 - posterior.below(d * deviation) for d in EFFECTS}
            low, high = posterior.quantile(tail), posterior.quantile(1 - tail)
            found.append(Posterior(prior, posterior.mean, low, high, above, known))
        return each_contrast(result, posterior=found)

    def _two_level_moments(self) -> SchoolMoments:
        request = self.analysis.request
        self._need_arm()
        if not request.random_intercept_alone:
            raise AnalysisError(
                "profiles and the exact posterior are for designs cluster and multisite "
                "with two levels; leave them out, or the classes and slopes"
            )
        columns = [*(term.column for term in self.analysis.terms), self.analysis.sample.outcome]
        return reduce_to_schools(columns, self.analysis.sample.school.codes)

    def _need_arm(self) -> None:
        if self.analysis.sample.arm is None:
            raise AnalysisError("this is about an effect; name the arm")


def each_contrast(result: EffectResult, **additions: Sequence[Any]) -> EffectResult:
    """Return the result with one addition for each of its contrasts."""
    ((name, values),) = additions.items()
    both = zip(result.contrasts, values, strict=True)
    contrasts = tuple(replace(contrast, **{name: value}) for contrast, value in both)
    return replace(result, contrasts=contrasts)
